-- Claims messages for people who were several ids (R61), if nobody has for them in another partition since their contacts were counted.
-- In: arrays: $1 customer ids, $2 versions counted from. Writes one row for each who could be claimed for.
insert into dispatch.people as p (customer_id, version)
select customer_id, expected + 1 from unnest($1::text[], $2::bigint[]) as u(customer_id, expected)
on conflict (customer_id) do update set version = excluded.version where p.version = excluded.version - 1
