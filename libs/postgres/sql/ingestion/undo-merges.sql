-- Marks merges as undone, once each, and forgets what was kept for it. In: arrays: $1 ids, $2 when (ms).
-- Out: as many rows as were written; fewer than given means that one was undone meanwhile, or is gone.
update ingestion.merges as m set undone_at = u.at, before = null
from unnest($1::text[], $2::bigint[]) as u(id, at)
where m.id = u.id and m.undone_at is null
