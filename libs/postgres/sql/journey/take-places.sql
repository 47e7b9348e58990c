-- Enters journeys that have a cap, if nobody else has since their places were counted, in whatever partition.
-- In: arrays: $1 journey ids, $2 versions counted from, $3 since when places count (ms), excluded; then $4 journey ids, $5 moments of entry (ms).
-- Out: one row for each journey that could be entered.
with taken as (
  insert into journey.entry_caps as c (journey_id, version)
  select journey_id, expected + 1 from unnest($1::text[], $2::bigint[]) as u(journey_id, expected)
  on conflict (journey_id) do update set version = excluded.version where c.version = excluded.version - 1
  returning journey_id
), forgotten as (
  delete from journey.places p using unnest($1::text[], $3::bigint[]) as u(journey_id, since)
  where p.journey_id = u.journey_id and p.entered_at <= u.since
), entered as (
  insert into journey.places (journey_id, entered_at) select * from unnest($4::text[], $5::bigint[])
)
select journey_id from taken
