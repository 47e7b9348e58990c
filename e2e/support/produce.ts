import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT } from './platform-process.js';

const APPEND = readFileSync(join(ROOT, 'libs/embedded-log/sql/append.sql'), 'utf8');

/** Writes to `events.raw` past the process, as another producer of a Kafka could. */
export async function produce(
  dataDir: string,
  records: readonly { value: string; encoding?: string }[],
): Promise<void> {
  const { password } = JSON.parse(readFileSync(join(dataDir, 'data.json'), 'utf8')) as { password: string };
  const port = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3]);
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'waymark', password, database: 'waymark' });
  await client.connect();
  const column = (of: (record: { value: string; encoding?: string }) => unknown): unknown[] => records.map(of);
  await client.query(APPEND, [
    column(() => 'events.raw'),
    column(() => 0),
    column(() => 'ada'),
    column(({ value }) => value),
    column(() => '{}'),
    column(({ encoding }) => encoding ?? null),
  ]);
  await client.end();
}
