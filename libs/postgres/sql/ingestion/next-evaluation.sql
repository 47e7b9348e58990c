-- When there is somebody of a partition to evaluate: at once (0) for one evaluated for another set, else the earliest due.
-- In: $1 partition, $2 the set in use. Out: one row, due_at (ms) or null. One probe of an index each; the orders are there for
-- the planner, which would else expect to find one early in the table.
select min(due_at) as due_at from (
  (select 0::bigint as due_at from ingestion.profiles where partition = $1 and segment_set < $2 order by segment_set limit 1)
  union all
  (select 0::bigint as due_at from ingestion.profiles where partition = $1 and segment_set > $2 order by segment_set limit 1)
  union all
  (select segments_due_at from ingestion.profiles where partition = $1 and segments_due_at is not null order by segments_due_at limit 1)
) as next
