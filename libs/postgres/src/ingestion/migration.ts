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
