-- Links ids to customers by compare-and-set on what they meant before.
-- In: $1 keys, $2 customer ids, $3 customers expected (null: no link yet).
-- Out: as many rows as were written; fewer than given means that one was changed meanwhile.
insert into ingestion.identities as i (key, customer_id)
select key, customer_id from unnest($1::text[], $2::text[]) as u(key, customer_id)
on conflict (key) do update set customer_id = excluded.customer_id
  where i.customer_id = (select e.expected from unnest($1::text[], $3::text[]) as e(key, expected) where e.key = i.key)
