-- Lets ids mean themselves again (R61), by compare-and-set on what they meant. In: arrays: $1 keys, $2 customers expected.
-- Out: as many rows as were deleted; fewer than given means that one was changed meanwhile, or is gone.
delete from ingestion.identities as i using unnest($1::text[], $2::text[]) as u(key, expected)
where i.key = u.key and i.customer_id = u.expected
