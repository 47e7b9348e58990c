-- How far a job on a journey's instances has come in a partition: it goes on from here after a crash.
-- In: $1 partition, $2 job id, $3 cursor, $4 whether it is done, $5 counts (json), $6 not worked on again before (ms).
insert into journey.jobs (partition, job_id, cursor, is_done, counts, next_at) values ($1, $2, $3, $4, $5::json, $6)
on conflict (partition, job_id) do update
  set cursor = excluded.cursor, is_done = excluded.is_done, counts = excluded.counts, next_at = excluded.next_at
