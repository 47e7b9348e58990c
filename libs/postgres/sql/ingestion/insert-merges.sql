-- Keeps merges for as long as they can be undone (R61), and forgets some that can be no longer.
-- In: $1 before which moment what could be undone until then is forgotten (ms), then arrays: $2 ids, $3 customers given up, $4 customers they are,
-- $5 when (ms), $6 undo until (ms), $7 links made, with what they were (json), $8 both customers before (json).
-- Skips rows that another batch is about to forget, so that no batch waits for another one.
with outdated as (
  select id from ingestion.merges where undo_until < $1 order by undo_until limit 100 for update skip locked
), forgotten as (
  delete from ingestion.merges where id in (select id from outdated)
)
insert into ingestion.merges (id, from_id, to_id, at, undo_until, links, before)
select id, from_id, to_id, at, undo_until, links::json, before::json
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
  as u(id, from_id, to_id, at, undo_until, links, before)
