-- Makes the partition {name} for what is written from {from} on, until {to} (excluded). To be run in one transaction, after a look whether it is there.
-- Locks: SHARE UPDATE EXCLUSIVE on the history, which batches and readers do not notice; nobody knows the new table yet. Its key is
-- the order in which a customer's history is read; with the month before, `attach` finds nothing to check.
create table journey.{name} (
  like journey.history including defaults,
  primary key (customer_id, written_on, version, partition)
);
alter table journey.history attach partition journey.{name} for values from ('{from}') to ('{to}')
