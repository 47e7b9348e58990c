-- A process says that it lives. In: $1 id, $2 services, $3 version, $4 its clock (ms since 1970), $5 what is wrong there (json).
-- The skew is the process's clock against the database's at this moment: in milliseconds, ahead is positive.
insert into runtime.processes (id, services, version, skew_ms, troubles, seen_at)
values ($1, $2, $3, $4::bigint - (extract(epoch from clock_timestamp()) * 1000)::bigint, $5, clock_timestamp())
on conflict (id) do update set skew_ms = excluded.skew_ms, troubles = excluded.troubles, seen_at = excluded.seen_at
