-- A page of a partition's instances with what is stored beside them, for the check of invariants. Locks nothing, and is of one moment.
-- In:  $1 partition, $2 the id after which it begins, $3 how many.
-- Out: instance (json) with the columns that repeat it, its entry ledger (json or null), and of the instances of its journey, customer
--      and key how many are active and the newest ordinal.
-- The page comes from the index on (partition, id), the rest from keys: nothing is scanned, however many there are.
with page as (
  select instance, step, active, due_at, id, customer_id, journey_id, correlation_key from journey.instances
  where partition = $1 and id collate "C" > $2
  order by id collate "C" limit $3
)
select p.instance, p.step, p.active, p.due_at, l.ledger, alike.active_alike, alike.newest_ordinal
from page p
left join journey.ledgers l using (customer_id, journey_id, correlation_key)
cross join lateral (
  select count(*) filter (where i.active)::int as active_alike, max(i.ordinal) as newest_ordinal from journey.instances i
  where i.customer_id = p.customer_id and i.journey_id = p.journey_id and i.correlation_key = p.correlation_key
) alike
order by p.id collate "C"
