-- Writes the entry ledger (R2): it outlives instances and history.
-- In: arrays: $1 customer ids, $2 journey ids, $3 correlation keys, $4 ledgers (json). Only the customer's owner writes them.
insert into journey.ledgers (customer_id, journey_id, correlation_key, ledger)
select customer_id, journey_id, correlation_key, ledger::json
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as u(customer_id, journey_id, correlation_key, ledger)
on conflict (customer_id, journey_id, correlation_key) do update set ledger = excluded.ledger
