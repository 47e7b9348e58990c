-- Keeps decisions with all their candidates. In: arrays: $1 decision ids, $2 customer ids, $3 at (ms), $4 decisions (json).
insert into personalization.decisions (decision_id, customer_id, at, decision)
select decision_id, customer_id, at, decision::json
from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as u(decision_id, customer_id, at, decision)
on conflict (decision_id) do nothing
