-- Links ids to customers by compare-and-set on what they meant before.
-- In: $1 keys, $2 customer ids, $3 customers expected (null: no link yet).
-- Locks in the order of the keys, so that two batches cannot wait for each other in a circle.
-- Out: as many rows as were written; fewer than given means that one was changed meanwhile, or is gone.
insert into ingestion.identities as i (key, customer_id)
select key, customer_id from unnest($1::text[], $2::text[], $3::text[]) as u(key, customer_id, expected)
where expected is null or exists (select from ingestion.identities known where known.key = u.key)
order by key
on conflict (key) do update set customer_id = excluded.customer_id
  where i.customer_id = (select e.expected from unnest($1::text[], $3::text[]) as e(key, expected) where e.key = i.key)
