-- Removes the refusals of customers whom no condition has refused since long ago (R3).
-- In: $1 the moment before which the newest was (ms), $2 most of them. Out: the number of rows.
-- Why it is safe: a row that a batch is writing is skipped, and one that it has just written is new again: this never waits.
with page as (
  select customer_id from journey.not_eligible where newest_at < $1 order by newest_at limit $2 for update skip locked
)
delete from journey.not_eligible where customer_id = any(array(select customer_id from page))
