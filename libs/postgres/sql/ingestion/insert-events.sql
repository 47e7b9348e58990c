-- Archives events; the primary key is the memory of the dedupe (R71).
-- In: arrays of equal length: $1 message ids, $2 customer ids, $3 context versions, $4 received at (ms), $5 body hashes, $6 blocked, $7 violations (json), $8 events (json).
-- A message id that another partition has written meanwhile violates the key: the batch is redone and finds it known.
insert into ingestion.events (message_id, customer_id, context_version, received_at, body_hash, blocked, violations, event)
select message_id, customer_id, context_version, received_at, body_hash, blocked, violations::json, event::json
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[], $7::text[], $8::text[])
  as u(message_id, customer_id, context_version, received_at, body_hash, blocked, violations, event)
