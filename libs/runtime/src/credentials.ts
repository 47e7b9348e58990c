import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WaymarkError } from '@waymark/contracts';
import { z } from 'zod';

const credentialsSchema = z.object({ writeKey: z.string().min(1), adminToken: z.string().min(1) });
/** The first source's write key and the admin's bearer token. */
export type Credentials = z.infer<typeof credentialsSchema>;

const FILE = 'credentials.json';

/** The credentials kept in a data folder, or undefined where there are none. Throws INVALID_CONFIGURATION for a damaged file. */
export async function readCredentials(dataDir: string): Promise<Credentials | undefined> {
  const path = join(dataDir, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      `${path} is damaged: it must be JSON with writeKey and adminToken; remove it to have new ones made`,
      { cause },
    );
  }
}

/**
 * The credentials of this data folder: those given go first, then those kept; what is missing is made and kept
 * (mode 600). `made` tells that they are new and may be shown once.
 */
export async function ensureCredentials(
  dataDir: string,
  given: Partial<Credentials>,
): Promise<Credentials & { made: boolean }> {
  const kept = await readCredentials(dataDir);
  const credentials = {
    writeKey: given.writeKey ?? kept?.writeKey ?? randomBytes(18).toString('base64url'),
    adminToken: given.adminToken ?? kept?.adminToken ?? randomBytes(24).toString('base64url'),
  };
  const made = !kept && !(given.writeKey && given.adminToken);
  if (made) {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, FILE), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  }
  return { ...credentials, made };
}
