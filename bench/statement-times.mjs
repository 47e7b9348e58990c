import { readFileSync } from 'node:fs';

const ROUNDS = 500;
const FAR = 9_000_000_000_000;

const sql = (name) => readFileSync(new URL(`../libs/postgres/sql/journey/${name}.sql`, import.meta.url), 'utf8');

/** How long the statements take that look for what is due, against a bare look into an index: medians, each prepared and asked many times. */
export async function statementTimes(pool) {
  const { rows } = await pool.query('select id, customer_id from journey.instances order by md5(id) limit 500');
  const customers = rows.map(({ customer_id: id }) => id);
  const load = sql('load-instances');
  const bare = await median(pool, 'select due_at from public.parked_floor where id = $1', [rows[0].id]);
  const asked = {
    'next due (next-timer)': [sql('next-timer'), [0, []]],
    'due page, nothing due (load-instances)': [load, [0, [], 0, 500, []]],
    'due page, nothing due, 500 customers of a batch': [load, [0, customers, 0, 500, []]],
    'due page, 500 due': [load, [0, [], FAR, 500, []]],
  };
  const report = { 'a bare look into an index': `${bare.toFixed(3)} ms` };
  for (const [name, [text, values]] of Object.entries(asked)) {
    const ms = await median(pool, text, values);
    report[name] = `${ms.toFixed(3)} ms, ${(ms / bare).toFixed(1)} : 1`;
  }
  return report;
}

async function median(pool, text, values) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await pool.query({ name: text.slice(-60), text, values });
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2];
}
