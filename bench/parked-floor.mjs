/** The least that can be kept of what is parked: an id and when it is due, each with an index; as many rows as there are instances. */
export async function parkedFloor(pool) {
  await pool.query('create table public.parked_floor (id text primary key, due_at bigint)');
  await pool.query('create index parked_floor_due on public.parked_floor (due_at)');
  await pool.query('insert into public.parked_floor select id, due_at from journey.instances order by entered_at, id');
}
