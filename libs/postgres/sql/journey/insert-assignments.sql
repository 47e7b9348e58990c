-- Keeps first assignments (R47) with their epochs (R24): a second one changes nothing, but that the variant has made a difference (R48).
-- In: arrays, one of each customer and seed: $1 customer ids, $2 seeds, $3 variants, $4 epochs, $5 whether exposed.
insert into journey.assignments as a (customer_id, seed, variant, epoch, exposed)
select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[])
on conflict (customer_id, seed) do update set exposed = true where excluded.exposed and not a.exposed
