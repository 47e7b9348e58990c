-- Customers of a partition whose segments are to be evaluated: those due, earliest first, and those evaluated for another set.
-- In:  $1 partition, $2 the set in use, $3 now (ms), $4 customers of either kind at most.
-- Out: customer ids. Two indexes are read, each from one end; who is neither is never scanned. The orders are there for the
-- planner, which would else expect to find the few there are early in the table.
(select customer_id from ingestion.profiles where partition = $1 and segments_due_at <= $3 order by segments_due_at limit $4)
union
(select customer_id from ingestion.profiles where partition = $1 and segment_set < $2 order by segment_set limit $4)
union
(select customer_id from ingestion.profiles where partition = $1 and segment_set > $2 order by segment_set limit $4)
