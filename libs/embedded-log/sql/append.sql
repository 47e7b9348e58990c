-- Appends records to the log.
-- In:  arrays of equal length: $1 topics, $2 partitions, $3 keys, $4 values, $5 headers (json), $6 encodings of the values (null for text).
-- Out: where each partition appended to ends now.
--
-- Offsets are dense and in the order of commits, so a reader can never skip a record that becomes visible later:
-- the partition's row is locked from here to the end of the transaction, so the next append to it waits, and takes its offsets
-- only when this one has committed (or rolled back, and then nothing has moved). Rows are locked in one order
-- (topic, partition), so two appends to several partitions cannot wait for each other in a circle.
with input as (
  select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
    with ordinality as u(topic, partition, key, value, headers, encoding, place)
), counts as (
  select topic, partition, count(*) as n from input group by topic, partition
), locked as materialized (
  select p.topic, p.partition from log.partitions p join counts using (topic, partition)
  order by p.topic, p.partition for update of p
), moved as (
  update log.partitions p set next_offset = p.next_offset + c.n
  from counts c join locked using (topic, partition)
  where p.topic = c.topic and p.partition = c.partition
  returning p.topic, p.partition, p.next_offset - c.n as base, p.next_offset
), inserted as (
  insert into log.records (topic, partition, "offset", key, value, headers, encoding)
  select topic, partition, base + row_number() over (partition by topic, partition order by place) - 1, key, value, headers::json, encoding
  from input join moved using (topic, partition)
)
select topic, partition, next_offset as "end" from moved
