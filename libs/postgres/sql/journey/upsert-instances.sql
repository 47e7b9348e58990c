-- Writes instances with their timers: setting, cancelling and firing one is part of the batch's transaction.
-- In: $1 partition, then arrays: $2 ids, $3 journey ids, $4 versions, $5 customer ids, $6 correlation keys, $7 ordinals, $8 steps,
-- $9 active, $10 exclusive, $11 open, $12 due at (ms or null), $13 entered at (ms), $14 ended at (ms or null), $15 instances (json).
-- What has ended is written first: the index of exclusive instances (R1) is asked row by row, and one batch may end an instance and begin
-- the next. None becomes exclusive later: of those that a process of the version before has written, two may be active at once.
insert into journey.instances as i
  (partition, id, journey_id, version, customer_id, correlation_key, ordinal, step, active, exclusive, open, due_at, entered_at, ended_at, instance)
select $1, id, journey_id, version, customer_id, correlation_key, ordinal, step, active, exclusive, open, due_at, entered_at, ended_at, instance::json
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::boolean[], $10::boolean[], $11::boolean[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[])
  as u(id, journey_id, version, customer_id, correlation_key, ordinal, step, active, exclusive, open, due_at, entered_at, ended_at, instance)
order by active
on conflict (id) do update
  set step = excluded.step, active = excluded.active, exclusive = i.exclusive and excluded.exclusive, open = excluded.open,
    due_at = excluded.due_at, ended_at = excluded.ended_at, instance = excluded.instance
