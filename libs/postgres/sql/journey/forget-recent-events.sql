-- Removes recent events that are of no use any more, of partitions whose batches do not (`upsert-recent-events`), as nothing is listened to there.
-- In: $1 now (ms), $2 most of them. Out: the number of rows.
-- Why it is safe: a row that a batch is writing is skipped, and one that it has just written is of use again: this never waits.
with outdated as (
  select r.customer_id from journey.progress p cross join lateral (
    select customer_id from journey.recent_events where partition = p.partition and keep_until < $1
    order by keep_until limit $2 for update skip locked
  ) r limit $2
)
delete from journey.recent_events where customer_id = any(array(select customer_id from outdated))
