-- The deliveries a batch is about: those asked for by id, those due, and those claimed.
-- In:  $1 partition, $2 action ids, $3 now (ms), $4 most of those that are due or claimed.
-- Reads the partial index of open deliveries only; what is settled is never scanned.
with open as (
  select action_id from dispatch.deliveries
  where partition = $1 and state in ('queued', 'retrying', 'claimed') and (state = 'claimed' or due_at <= $3)
  order by due_at limit $4
)
select action_id, customer_id, channel, state, due_at, attempt, settled_at, reason, rule, because, action
from dispatch.deliveries where action_id = any($2::text[]) or action_id in (select action_id from open)
