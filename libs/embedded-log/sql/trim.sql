-- Forgets records that every reader has processed. In: $1 topic, $2 partition, $3 first offset to keep, $4 most to delete at once.
delete from log.records where (topic, partition, "offset") in (
  select topic, partition, "offset" from log.records where topic = $1 and partition = $2 and "offset" < $3 order by "offset" limit $4
)
