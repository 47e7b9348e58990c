-- Lets people wait at the doors of paused journeys (R26), once for an event, however often it comes.
-- In: $1 partition, then arrays: $2 ids, $3 journey ids, $4 customer ids, $5 events (json), $6 expire at (ms), $7 whose they were (or null).
insert into journey.entrants (partition, id, journey_id, customer_id, event, expires_at, origin)
select $1, id, journey_id, customer_id, event::json, expires_at, origin
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[]) as u(id, journey_id, customer_id, event, expires_at, origin)
on conflict (id) do nothing
