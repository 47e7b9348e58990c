-- The deliveries a batch is about: those asked for by id, those due, those held for a journey that goes on, and those claimed by an earlier life of the process.
-- In:  $1 partition, $2 action ids, $3 action ids on their way in this process, $4 now (ms), $5 most of those that are due, of those released and of those claimed,
--      $6 journeys that hold their messages.
-- Locks nothing: only the partition's owner changes its deliveries, in the transaction that moves its progress (P2).
-- Reads the partial indexes of what is waiting, held and claimed; what is settled is never scanned.
with waiting as (
  select action_id from dispatch.deliveries
  where partition = $1 and state in ('queued', 'retrying') and due_at <= $4
  order by due_at limit $5
), released as (
  select action_id from dispatch.deliveries
  where partition = $1 and held_for is not null and state in ('queued', 'retrying') and held_for <> all($6::text[])
  order by due_at limit $5
), orphaned as (
  select action_id from dispatch.deliveries
  where partition = $1 and state = 'claimed' and action_id <> all($3::text[])
  order by due_at limit $5
), wanted as (
  select unnest($2::text[]) as action_id union select action_id from waiting union select action_id from released union select action_id from orphaned
)
select d.action_id, d.customer_id, d.channel, d.state, d.due_at, d.attempt, d.held_for, d.may_have_left, d.settled_at, d.reason, d.rule, d.because, d.action
from dispatch.deliveries d join wanted using (action_id)
