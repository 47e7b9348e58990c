-- Keeps decisions with all their candidates; a second one of the same id changes nothing.
-- In: arrays: $1 decision ids, $2 customer ids, $3 at (ms), $4 decisions (json), $5 what is counted of their candidates (json).
insert into personalization.decisions (decision_id, customer_id, at, decision, counted)
select decision_id, customer_id, at, decision::json, counted::json
from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) as u(decision_id, customer_id, at, decision, counted)
on conflict (decision_id) do nothing
