-- How far schedules have come. In: $1 partition, then arrays: $2 journey ids, $3 cron, $4 zones, $5 segment ids, $6 done at
-- (ms), $7 due at (ms or null), $8 the last member told (or null). Only the partition's owner writes its rows.
insert into ingestion.schedules (partition, journey_id, cron, zone, segment_id, done_at, due_at, after)
select $1::integer, u.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[]) as u
on conflict (partition, journey_id) do update set cron = excluded.cron, zone = excluded.zone, segment_id = excluded.segment_id,
  done_at = excluded.done_at, due_at = excluded.due_at, after = excluded.after
