-- Keeps whom a journey's condition has refused, of each customer the newest (R3): what is new goes behind what is kept.
-- In: $1 how many of each, then arrays: $2 customer ids, $3 moments of the newest (ms), $4 entries (json), at most $1 each.
-- Only the customer's owner writes them. No entry is turned into text, which cannot hold every escape that JSON can.
insert into journey.not_eligible as kept (customer_id, newest_at, entries)
select customer_id, newest_at, entries::json
from unnest($2::text[], $3::bigint[], $4::text[]) as u(customer_id, newest_at, entries)
on conflict (customer_id) do update set newest_at = excluded.newest_at, entries = (
  select json_agg(entry order by place) from (
    select entry, place from json_array_elements(kept.entries) with ordinality as k(entry, place)
    union all
    select entry, json_array_length(kept.entries) + place
    from json_array_elements(excluded.entries) with ordinality as e(entry, place)
    order by place desc limit $1
  ) as newest
)
