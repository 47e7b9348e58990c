-- Keeps a batch's outputs until they are in the log (P3).
-- In: $1 partition, $2 version of the batch, $3 outputs (json). The partition's progress row is locked by the same transaction.
insert into {schema}.outbox (partition, version, outputs) values ($1, $2, $3)
