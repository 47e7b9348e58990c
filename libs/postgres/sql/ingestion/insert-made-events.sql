-- Archives events that ingestion itself has made. They repeat nothing: whoever was first with an id of theirs keeps it, as a
-- stranger must not be able to stop a partition by guessing one.
-- In: arrays of equal length: $1 message ids, $2 customer ids, $3 context versions, $4 received at (ms), $5 events (json).
insert into ingestion.events (message_id, customer_id, context_version, received_at, body_hash, blocked, violations, event)
select message_id, customer_id, context_version, received_at, '', false, '[]', event::json
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
  as u(message_id, customer_id, context_version, received_at, event)
on conflict (message_id) do nothing
