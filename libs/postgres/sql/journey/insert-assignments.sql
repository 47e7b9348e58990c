-- Keeps first assignments (R47): a second one changes nothing. In: arrays: $1 customer ids, $2 seeds, $3 variants.
insert into journey.assignments (customer_id, seed, variant)
select * from unnest($1::text[], $2::text[], $3::text[])
on conflict (customer_id, seed) do nothing
