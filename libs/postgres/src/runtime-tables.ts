/** The processes that work on this database, each saying now and then that it lives, and the log whose offsets it holds. */
export const RUNTIME_TABLES = [
  'create schema if not exists runtime',
  `create table runtime.processes (
    id text primary key,
    services text[] not null,
    version text not null,
    skew_ms bigint not null,
    troubles json not null,
    seen_at timestamptz not null
  )`,
  `create table runtime.log (
    is_only boolean primary key default true check (is_only),
    system_id uuid not null default gen_random_uuid(),
    name text not null,
    partitions integer not null
  )`,
  `insert into runtime.log (name, partitions)
   select 'postgres', count(*) from log.partitions where topic = 'events.raw' having count(*) > 0`,
];
