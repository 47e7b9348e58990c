-- Moves a partition's progress by compare-and-set (P2).
-- In:  $1 partition, $2 version seen, $3 next offset, $4 next sequence, $5 seen (json).
-- Out: one row if the version was still the one seen, none if another owner has saved since.
-- Locks the partition's row until the end of the transaction, so that a second save of the partition waits and then
-- finds the version changed. A partition never saved has no row and version 0.
insert into {schema}.progress as p (partition, version, next_offset, next_sequence, seen)
values ($1, $2::bigint + 1, $3, $4, $5)
on conflict (partition) do update
  set version = p.version + 1, next_offset = excluded.next_offset, next_sequence = excluded.next_sequence, seen = excluded.seen
  where p.version = $2::bigint
returning version
