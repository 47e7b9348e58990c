-- Writes profiles by compare-and-set on their version: two partitions may know one customer under different ids.
-- In: $1 customer ids, $2 versions expected (0: nobody yet), $3 new versions, $4 contexts (json), $5 segment sets they were
-- evaluated for, $6 the moments of it (ms), $7 when that is due again (ms, null: never), $8 partition, to which they belong from here on.
-- Locks in the order of the customer ids, so that two batches cannot wait for each other in a circle.
-- Out: as many rows as were written; fewer than given means that one was changed meanwhile, or is gone.
insert into ingestion.profiles as p (customer_id, version, context, partition, segment_set, segments_at, segments_due_at)
select customer_id, version, context::json, $8::integer, segment_set, at, due_at
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
  as u(customer_id, expected, version, context, segment_set, at, due_at)
where expected = 0 or exists (select from ingestion.profiles known where known.customer_id = u.customer_id)
order by customer_id
on conflict (customer_id) do update set version = excluded.version, context = excluded.context, partition = excluded.partition,
  segment_set = excluded.segment_set, segments_at = excluded.segments_at, segments_due_at = excluded.segments_due_at
  where p.version = (select e.expected from unnest($1::text[], $2::bigint[]) as e(customer_id, expected) where e.customer_id = p.customer_id)
