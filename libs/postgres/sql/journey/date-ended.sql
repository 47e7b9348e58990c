-- Says when instances have ended of which a process of the version before has not said it: now, at the latest.
-- In: $1 now (ms), $2 most of them. Out: the number of rows.
-- Why it is safe: as in `forget-ended`, whose index has these at its end. There are some only while both versions run.
with undated as (
  select id from journey.instances where not open and ended_at is null limit $2 for update skip locked
)
update journey.instances set ended_at = $1 where id = any(array(select id from undated))
