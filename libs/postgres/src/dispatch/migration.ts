import { batchTables } from '../batch/batch-tables.js';

/** Messages held for a paused journey. */
export const DISPATCH_HELD = [
  'alter table dispatch.deliveries add column held_for text',
  `create index deliveries_held on dispatch.deliveries (partition, due_at) where held_for is not null and state in ('queued', 'retrying')`,
];

/** How often people who were several ids were claimed for: their messages may stand in several partitions. */
export const DISPATCH_PEOPLE = [`create table dispatch.people (customer_id text primary key, version bigint not null)`];

/** What may have left already. */
export const DISPATCH_DOUBT = [
  'alter table dispatch.deliveries add column may_have_left boolean not null default false',
];

export const DISPATCH_TABLES = [
  ...batchTables('dispatch'),
  `create table dispatch.deliveries (
    action_id text primary key,
    partition integer not null,
    customer_id text not null,
    channel text not null,
    class text not null,
    categories json not null,
    journey_id text,
    state text not null,
    due_at bigint,
    attempt integer not null,
    settled_at bigint,
    reason text,
    rule text,
    because json not null,
    action json not null,
    requested_at bigint not null
  ) with (fillfactor = 80)`,
  `create index deliveries_waiting on dispatch.deliveries (partition, due_at) where state in ('queued', 'retrying')`,
  `create index deliveries_claimed on dispatch.deliveries (partition) where state = 'claimed'`,
  `create index deliveries_of_customer on dispatch.deliveries (customer_id, requested_at)`,
  `create table dispatch.suppressions (channel text not null, customer_id text not null, reason text not null, at bigint not null, primary key (channel, customer_id))`,
  `create index suppressions_of_customer on dispatch.suppressions (customer_id)`,
  `create table dispatch.inbox (
    action_id text primary key,
    customer_id text not null,
    channel text not null,
    subject text,
    body text not null,
    at bigint not null
  )`,
  `create index inbox_of_customer on dispatch.inbox (customer_id, at)`,
];
