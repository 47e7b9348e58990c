-- Moves a partition's progress by compare-and-set (P2).
-- In:  $1 partition, $2 version seen, $3 next offset, $4 next sequence, $5 seen (json).
-- Out: one row if the version was still the one seen, none if another owner has saved since, or if there is no row for a
-- version other than 0: a partition never saved has no row and version 0.
-- Locks the partition's row until the end of the transaction, so that a second save of the partition waits and then
-- finds the version changed.
insert into {schema}.progress as p (partition, version, next_offset, next_sequence, seen)
select $1::int, $2::bigint + 1, $3::bigint, $4::bigint, $5::json
where $2::bigint = 0 or exists (select from {schema}.progress where partition = $1::int)
on conflict (partition) do update
  set version = p.version + 1, next_offset = excluded.next_offset, next_sequence = excluded.next_sequence, seen = excluded.seen
  where p.version = $2::bigint
returning version
