import { batchTables } from '../batch/batch-tables.js';

export const INGESTION_TABLES = [
  ...batchTables('ingestion'),
  `create table ingestion.events (
    message_id text primary key,
    customer_id text not null,
    context_version bigint not null,
    received_at bigint not null,
    body_hash text not null,
    blocked boolean not null,
    violations json not null,
    event json not null
  )`,
  `create index events_of_customer on ingestion.events (customer_id, context_version)`,
  `create table ingestion.identities (key text primary key, customer_id text not null)`,
  `create table ingestion.profiles (customer_id text primary key, version bigint not null, context json not null) with (fillfactor = 80)`,
  `create table ingestion.counters (name text primary key, value bigint not null)`,
  `create table ingestion.sources (id text primary key, name text not null, key_hash text not null unique, created_at text not null)`,
  `create table ingestion.workspace_changes (revision bigint primary key, change json not null, announced boolean not null default false)`,
  `create table ingestion.workspace (singleton boolean primary key default true check (singleton), revision bigint not null, resources json not null)`,
];

/** Who turned out to be whom, as long as that can be undone (R61). */
export const INGESTION_MERGES = [
  `create table ingestion.merges (
    id text primary key,
    from_id text not null,
    to_id text not null,
    at bigint not null,
    undo_until bigint not null,
    undone_at bigint,
    links json not null,
    before json
  )`,
  `create index merges_into on ingestion.merges (to_id, at)`,
  `create index merges_outdated on ingestion.merges (undo_until)`,
];

/**
 * What profiles had before stays right for those who know no segments: each is a profile of partition 0 that was evaluated for
 * none. Members keep the partition in which they entered, so that an instant is told once to each.
 */
export const INGESTION_SEGMENTS = [
  `alter table ingestion.profiles
    add column partition integer not null default 0,
    add column segment_set text not null default '',
    add column segments_at bigint not null default 0,
    add column segments_due_at bigint`,
  `create index profiles_of_set on ingestion.profiles (partition, segment_set)`,
  `create index profiles_due on ingestion.profiles (partition, segments_due_at) where segments_due_at is not null`,
  `create table ingestion.segment_members (
    segment_id text not null,
    customer_id text collate "C" not null,
    partition integer not null,
    since bigint not null,
    primary key (segment_id, customer_id)
  )`,
  `create index members_of_partition on ingestion.segment_members (segment_id, partition, customer_id)`,
  `create table ingestion.schedules (
    partition integer not null,
    journey_id text not null,
    cron text not null,
    zone text not null,
    segment_id text not null,
    done_at bigint not null,
    due_at bigint,
    after text,
    primary key (partition, journey_id)
  ) with (fillfactor = 50)`,
];
