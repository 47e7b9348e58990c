import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POM = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/waymark/', import.meta.url));
const HASH_LENGTH = 12;

/** Where the jars of the pom are, or will be. */
export async function kafkaJarsFolder(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex');
  return `${CACHE}kafka-${hash.slice(0, HASH_LENGTH)}`;
}

/**
 * The folder of Kafka's jars, which Maven fetches once for each version of the pom. Complete or not there at all, also when
 * two runs fetch them at the same time. Rejects with what Maven says.
 */
export async function fetchKafkaJars(): Promise<string> {
  const folder = await kafkaJarsFolder();
  if (existsSync(folder)) return folder;
  const making = `${folder}.new-${randomUUID()}`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${making}`, '-DincludeScope=runtime'];
    await run('mvn', ['-q', '-B', '-f', POM, ...goal]);
    await rename(making, folder);
  } catch (cause) {
    await rm(making, { recursive: true, force: true });
    if (existsSync(folder)) return folder;
    const { stdout = '', message } = cause as Error & { stdout?: string };
    throw new Error(`Maven could not fetch Kafka's jars: ${stdout.trim().split('\n')[0] || message}`, { cause });
  }
  return folder;
}
