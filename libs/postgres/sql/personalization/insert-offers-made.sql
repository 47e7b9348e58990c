-- Keeps offers made, for limits and undo. In: arrays: $1 decision ids, $2 offer ids, $3 customer ids, $4 strategies, $5 at (ms), $6 undo until (ms or null).
insert into personalization.offers_made (decision_id, offer_id, customer_id, strategy, at, undo_until)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
on conflict (decision_id, offer_id) do nothing
