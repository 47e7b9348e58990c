import { Database } from '../libs/postgres/dist/index.js';

const PAGE = 500;

/** How late bare timers of this process fire that are set now for moments (ms), while it does everything else it does. */
export function bareTimers(moments) {
  return Promise.all(
    moments.map((due) => new Promise((resolve) => setTimeout(() => resolve(Date.now() - due), due - Date.now()))),
  );
}

/** How late the rows of a bare table are that are all due now, and are found by an index and written back page by page. */
export async function duePages(url, count) {
  const database = await Database.connect({ url, poolMax: 1, applicationName: 'bench-floor' });
  const { pool } = database;
  await pool.query('create table if not exists public.due (id int primary key, due_at bigint, body json)');
  await pool.query('create index if not exists due_at on public.due (due_at) where due_at is not null');
  await pool.query(`insert into public.due select i, 0, '{"step": "rest"}' from generate_series(1, $1) i`, [count]);
  await pool.query('analyze public.due');
  const startedAt = Date.now();
  const late = [];
  for (;;) {
    const { rows } = await pool.query('select id, body from public.due where due_at <= 0 order by due_at limit $1', [
      PAGE,
    ]);
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    await pool.query('update public.due set due_at = null, body = $2 where id = any($1::int[])', [ids, rows[0].body]);
    late.push(...ids.map(() => Date.now() - startedAt));
  }
  await database.close();
  return late;
}
