/** The log that lives in the database (libs/embedded-log): one row a partition that locks it, one row a record. */
export const LOG_TABLES = [
  'create schema if not exists log',
  `create table log.partitions (
    topic text not null,
    partition integer not null,
    next_offset bigint not null default 0,
    primary key (topic, partition)
  ) with (fillfactor = 50)`,
  `create table log.records (
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    key text not null,
    value text not null,
    headers json not null,
    primary key (topic, partition, "offset")
  )`,
];

/** What a value that is not UTF-8 is written in: only records that come from elsewhere have one. */
export const LOG_ENCODING = ['alter table log.records add column encoding text'];
