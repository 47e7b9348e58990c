-- Adds to the results of variants, each epoch by itself (R24). In: $1 partition, then arrays: $2 journey ids, $3 versions, $4 step ids,
-- $5 variants, $6 epochs, $7 entered, $8 exposed, $9 converted, $10 values.
-- A row belongs to one partition, so batches of different partitions never wait for each other here.
insert into journey.variant_counts as c (partition, journey_id, version, step_id, variant, epoch, entered, exposed, converted, value)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::float8[])
on conflict (partition, journey_id, version, step_id, variant, epoch) do update
  set entered = c.entered + excluded.entered, exposed = c.exposed + excluded.exposed, converted = c.converted + excluded.converted,
    value = c.value + excluded.value
