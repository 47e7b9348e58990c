-- Puts down what goes over from one customer to another (R61), for the partition of the other to take up.
-- In: arrays: $1 ids, $2 customer ids of those who take over, $3 moves (json).
insert into journey.moves (id, customer_id, move)
select id, customer_id, move::json from unnest($1::text[], $2::text[], $3::text[]) as u(id, customer_id, move)
