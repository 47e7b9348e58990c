-- A customer's newest history. In: $1 customer id, $2 how many rows.
-- The newest month is read first, each in the order of its key, and older ones only where there are too few: versions of a partition rise
-- with time, and go on rising when the number of partitions changes.
select entries from journey.history where customer_id = $1
order by written_on desc, version desc, partition desc limit $2
