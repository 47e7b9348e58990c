-- A page of the members of a segment that entered in a partition, by id, with the versions of their contexts.
-- In: $1 segment id, $2 partition, $3 entered at the latest (ms), $4 the last id of the page before or null, $5 rows at most.
-- Out: customer_id, version. The index on (segment_id, partition, customer_id) is read from the cursor on.
select m.customer_id, p.version
from ingestion.segment_members m join ingestion.profiles p on p.customer_id = m.customer_id
where m.segment_id = $1 and m.partition = $2 and m.since <= $3 and ($4::text is null or m.customer_id > $4::text collate "C")
order by m.customer_id limit $5
