import { Database } from '../libs/postgres/dist/index.js';

const FLOOR_BATCH = 500;
const FLOOR_ROWS = 100_000;

/** Rows a second that one client writes into this PostgreSQL by bare batched upserts: what nothing above it can beat. */
export async function floor(url) {
  const database = await Database.connect({ url, poolMax: 1, applicationName: 'bench-floor' });
  await database.pool.query('create table if not exists public.floor (id text primary key, version bigint, body json)');
  const text =
    'insert into public.floor select * from unnest($1::text[], $2::bigint[], $3::json[]) on conflict (id) do update set version = excluded.version, body = excluded.body';
  const body = JSON.stringify({ traits: { email: 'someone@example.com' }, counters: { 'Product Viewed': 3 } });
  const startedAt = performance.now();
  for (let row = 0; row < FLOOR_ROWS; row += FLOOR_BATCH) {
    const ids = Array.from({ length: FLOOR_BATCH }, (_, i) => `c${(row + i) % 20_000}`);
    await database.pool.query({ name: 'floor', text, values: [ids, ids.map(() => row), ids.map(() => body)] });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await database.close();
  return FLOOR_ROWS / seconds;
}
