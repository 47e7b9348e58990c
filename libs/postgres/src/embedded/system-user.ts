import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { WaymarkError } from '@waymark/contracts';

const run = promisify(execFile);
const NAME = 'postgres';

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, which is made if it does not exist. */
export async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await idsOf(NAME)) ?? (await createUser());
}

async function createUser(): Promise<{ uid: number; gid: number }> {
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME]);
  } catch (cause) {
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      'PostgreSQL does not run as root and no user "postgres" could be made: run as another user, or set DATABASE_URL',
      { cause },
    );
  }
  return (await idsOf(NAME))!;
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return undefined;
    throw error;
  }
}
