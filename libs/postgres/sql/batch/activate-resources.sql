-- Makes resources the ones a partition uses from here on (R21).
-- In: $1 partition, $2 kinds, $3 ids, $4 versions, $5 bodies (json texts). Versions are content addresses: the first body stays.
with put as (
  select * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as u(kind, id, version, body)
), kept as (
  insert into {schema}.resources (kind, id, version, body)
  select kind, id, version, body::json from put
  on conflict (kind, id, version) do nothing
)
insert into {schema}.active_resources (partition, kind, id, version)
select $1, kind, id, version from put
on conflict (partition, kind, id) do update set version = excluded.version
