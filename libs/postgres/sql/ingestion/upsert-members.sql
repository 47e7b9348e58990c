-- Puts customers into segments. In: $1 segment ids, $2 customer ids, $3 since (ms), $4 partition in which they entered.
-- Their profiles are written, and so locked, before by the same batch.
insert into ingestion.segment_members (segment_id, customer_id, since, partition)
select segment_id, customer_id, since, $4::integer from unnest($1::text[], $2::text[], $3::bigint[]) as u(segment_id, customer_id, since)
on conflict (segment_id, customer_id) do update set since = excluded.since, partition = excluded.partition
