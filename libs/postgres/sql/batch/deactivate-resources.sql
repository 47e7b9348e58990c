-- Takes resources out of use in a partition; their versions are kept for the instances pinned to them.
-- In: $1 partition, $2 kinds, $3 ids.
delete from {schema}.active_resources a
using unnest($2::text[], $3::text[]) as u(kind, id)
where a.partition = $1 and a.kind = u.kind and a.id = u.id
