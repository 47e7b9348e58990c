-- Writes what an `await` may look back for (R8), one row a customer, and forgets some rows that are of no use any more.
-- In: $1 partition, $2 now (ms), then arrays: $3 customer ids, $4 events (json), $5 keep until (ms).
with outdated as (
  select customer_id from journey.recent_events where partition = $1 and keep_until < $2 and customer_id <> all($3::text[])
  order by keep_until limit 500
), forgotten as (
  delete from journey.recent_events where customer_id in (select customer_id from outdated)
)
insert into journey.recent_events (partition, customer_id, events, keep_until)
select $1, customer_id, events::json, keep_until
from unnest($3::text[], $4::text[], $5::bigint[]) as u(customer_id, events, keep_until)
on conflict (customer_id) do update
  set partition = excluded.partition, events = excluded.events, keep_until = excluded.keep_until
