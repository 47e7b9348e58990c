-- Marks automatic acts as undone, once. In: arrays: $1 decision ids, $2 offer ids, $3 at (ms).
update personalization.offers_made o set undone_at = u.at
from unnest($1::text[], $2::text[], $3::bigint[]) as u(decision_id, offer_id, at)
where o.decision_id = u.decision_id and o.offer_id = u.offer_id and o.undone_at is null
