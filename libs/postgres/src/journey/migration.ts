import { batchTables } from '../batch/batch-tables.js';

export const JOURNEY_TABLES = [
  ...batchTables('journey'),
  `create table journey.instances (
    id text primary key,
    partition integer not null,
    journey_id text not null,
    version text not null,
    customer_id text not null,
    correlation_key text not null,
    ordinal integer not null,
    step text not null,
    active boolean not null,
    open boolean not null,
    due_at bigint,
    entered_at bigint not null,
    instance json not null,
    unique (customer_id, journey_id, correlation_key, ordinal)
  ) with (fillfactor = 80)`,
  `create index instances_due on journey.instances (partition, due_at) where due_at is not null`,
  `create table journey.ledgers (
    customer_id text not null,
    journey_id text not null,
    correlation_key text not null,
    ledger json not null,
    primary key (customer_id, journey_id, correlation_key)
  ) with (fillfactor = 80)`,
  `create table journey.assignments (customer_id text not null, seed text not null, variant text not null, primary key (customer_id, seed))`,
  `create table journey.history (
    customer_id text not null,
    partition integer not null,
    version bigint not null,
    entries json not null,
    primary key (customer_id, partition, version)
  )`,
  `create table journey.counts (
    partition integer not null,
    journey_id text not null,
    version text not null,
    what text not null,
    key text not null,
    count bigint not null,
    value double precision not null,
    primary key (partition, journey_id, version, what, key)
  ) with (fillfactor = 50)`,
];

/** What an `await` may look back for, and the places of entry caps. */
export const JOURNEY_MEMORY = [
  `create table journey.recent_events (
    customer_id text primary key,
    partition integer not null,
    events json not null,
    keep_until bigint not null
  ) with (fillfactor = 80)`,
  `create index recent_events_outdated on journey.recent_events (partition, keep_until)`,
  `create table journey.entry_caps (journey_id text primary key, version bigint not null)`,
  `create table journey.places (journey_id text not null, entered_at bigint not null)`,
  `create index places_of_journey on journey.places (journey_id, entered_at)`,
];

/** Who waits at the doors of paused journeys, and how far jobs on a journey's instances have come. */
export const JOURNEY_CONTROLS = [
  `create table journey.entrants (
    id text primary key,
    partition integer not null,
    journey_id text not null,
    customer_id text not null,
    event json not null,
    expires_at bigint not null
  )`,
  `create index entrants_waiting on journey.entrants (partition, expires_at)`,
  `create table journey.jobs (
    partition integer not null,
    job_id text not null,
    cursor text not null,
    is_done boolean not null,
    counts json not null,
    next_at bigint not null,
    primary key (partition, job_id)
  ) with (fillfactor = 50)`,
  `create index instances_of_journey on journey.instances (partition, journey_id, id collate "C") where active`,
];

/** What goes over from a customer who was given up to the one she turned out to be, between their two partitions. */
export const JOURNEY_MOVES = [
  `create table journey.moves (id text primary key, customer_id text not null, move json not null)`,
  `create index moves_of_customer on journey.moves (customer_id)`,
];

/** By whom people wait at doors, and whose they were: they are taken along when they turn out to be others, and back when not. */
export const JOURNEY_LEAVERS = [
  `create index entrants_of_customer on journey.entrants (customer_id)`,
  `alter table journey.entrants add column origin text`,
];

/** By which a check of invariants walks through all instances of a partition. */
export const JOURNEY_WALK = [`create index instances_of_partition on journey.instances (partition, id collate "C")`];

/** Which variants have made a difference. */
export const JOURNEY_EXPOSURES = ['alter table journey.assignments add column exposed boolean not null default false'];
