-- A page of the members of a segment that entered in a partition, by id, with the versions of their contexts.
-- In: $1 segment id, $2 partition, $3 entered at the latest (ms), $4 the last id of the page before or null, $5 rows at most.
-- Out: customer_id, version. The index on (segment_id, partition, customer_id) is read from the cursor on, and then each
-- profile by its key, whose order is the database's own.
select m.customer_id, coalesce(p.version, 0) as version
from (
  select customer_id from ingestion.segment_members
  where segment_id = $1 and partition = $2 and since <= $3 and customer_id > coalesce($4::text, '') collate "C"
  order by customer_id limit $5
) m
left join ingestion.profiles p on p.customer_id = m.customer_id collate "default"
order by m.customer_id
