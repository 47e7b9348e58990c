-- Adds to the funnels. In: $1 partition, then arrays: $2 journey ids, $3 versions, $4 what, $5 keys, $6 counts, $7 values.
-- A row belongs to one partition, so batches of different partitions never wait for each other here.
insert into journey.counts as c (partition, journey_id, version, what, key, count, value)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::float8[])
on conflict (partition, journey_id, version, what, key) do update set count = c.count + excluded.count, value = c.value + excluded.value
