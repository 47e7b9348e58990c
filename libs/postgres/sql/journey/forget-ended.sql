-- Removes instances that are over, for good, since long ago: the entry ledger, variants and counts stay (R2, R47).
-- In: $1 the moment before which they ended (ms), $2 most of them. Out: the number of rows.
-- Why it is safe: what is not open is neither loaded nor written by a batch (`load-instances`); what somebody holds all the same is
-- left for the next time, so that this never waits. The page comes from the index on (ended_at) of those that are not open.
with page as (
  select id from journey.instances where not open and ended_at < $1 order by ended_at limit $2 for update skip locked
)
delete from journey.instances where id = any(array(select id from page))
