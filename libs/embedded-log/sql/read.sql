-- Records of one partition from an offset on. In: $1 topic, $2 partition, $3 offset, $4 most.
select "offset", key, value, headers, encoding from log.records
where topic = $1 and partition = $2 and "offset" >= $3 order by "offset" limit $4
