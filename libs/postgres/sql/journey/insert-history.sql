-- Keeps what happened, one row a customer and batch.
-- In: $1 partition, $2 version of the batch, then arrays: $3 customer ids, $4 entries (json).
insert into journey.history (customer_id, partition, version, entries)
select customer_id, $1, $2, entries::json from unnest($3::text[], $4::text[]) as u(customer_id, entries)
