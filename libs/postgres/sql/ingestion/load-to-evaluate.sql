-- Customers of a partition whose segments are to be evaluated: those due, earliest first, and those evaluated for another set.
-- In:  $1 partition, $2 the set in use, $3 now (ms), $4 customers of either kind at most.
-- Out: customer ids. Two indexes are read, each from one end; who is neither is never scanned.
(select customer_id from ingestion.profiles where partition = $1 and segments_due_at <= $3 order by segments_due_at limit $4)
union
(select customer_id from ingestion.profiles where partition = $1 and segment_set < $2 limit $4)
union
(select customer_id from ingestion.profiles where partition = $1 and segment_set > $2 limit $4)
