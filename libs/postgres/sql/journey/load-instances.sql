-- The open instances of customers, and of those with something due.
-- In:  $1 partition, $2 customer ids of the batch, $3 now (ms), $4 most due timers to take, $5 journeys whose timers stand still.
-- Out: instances (json) that are active or have an open conversion window, oldest first.
-- Due timers come from the index on (partition, due_at); parked customers are never scanned.
with due as (
  select customer_id from journey.instances
  where partition = $1 and due_at <= $3 and journey_id <> all($5::text[])
  order by due_at limit $4
), wanted as (
  select unnest($2::text[]) as customer_id union select customer_id from due
)
select i.instance from journey.instances i join wanted using (customer_id) where i.open order by i.entered_at, i.id
