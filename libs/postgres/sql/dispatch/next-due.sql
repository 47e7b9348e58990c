-- When there is something to do next in a partition: at once (0) for a claimed delivery that is not on its way and for one held for a
-- journey that goes on, else the earliest one waiting. In: $1 partition, $2 action ids on their way, $3 journeys that hold their messages.
-- Out: one row, due_at (ms) or null. One probe of each partial index; parked deliveries are never scanned.
select min(due_at) as due_at from (
  (select 0::bigint as due_at from dispatch.deliveries where partition = $1 and state = 'claimed' and action_id <> all($2::text[]) limit 1)
  union all
  (select 0::bigint from dispatch.deliveries
   where partition = $1 and held_for is not null and state in ('queued', 'retrying') and held_for <> all($3::text[]) limit 1)
  union all
  (select due_at from dispatch.deliveries where partition = $1 and state in ('queued', 'retrying') order by due_at limit 1)
) as next
