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

/**
 * R1: at most one active instance of a journey, customer and key where the journey has no `always`. What was there before, and what
 * a process of the version before makes, is not exclusive, and is held by its ledger as it was.
 */
export const JOURNEY_EXCLUSIVE = [
  'alter table journey.instances add column exclusive boolean not null default false',
  'create unique index instances_exclusive on journey.instances (customer_id, journey_id, correlation_key) where active and exclusive',
];

/** Which variants have made a difference. */
export const JOURNEY_EXPOSURES = ['alter table journey.assignments add column exposed boolean not null default false'];

/** The epoch of each assignment (R24), and the results of variants. */
export const JOURNEY_EPOCHS = [
  'alter table journey.assignments add column epoch integer not null default 1',
  `create table journey.variant_counts (
    partition integer not null,
    journey_id text not null,
    version text not null,
    step_id text not null,
    variant text not null,
    epoch integer not null,
    entered bigint not null,
    exposed bigint not null,
    converted bigint not null,
    value double precision not null,
    primary key (partition, journey_id, version, step_id, variant, epoch)
  ) with (fillfactor = 50)`,
];

/** R3: whom a journey's condition has refused. What is new has another moment, which is indexed: no row is written in place. */
export const JOURNEY_REFUSALS = [
  `create table journey.not_eligible (customer_id text primary key, newest_at bigint not null, entries json not null)`,
  `create index not_eligible_outdated on journey.not_eligible (newest_at)`,
];

/**
 * History becomes a table of months in three transactions (ADR 26), so that nobody waits longer than an instant: the columns, and a
 * bound that is not checked yet, cost nothing; to check the bound reads the table once beside all traffic; what is checked
 * already is attached at once. The table of before is the first partition, with its own key, until a month or two from now. What it holds was
 * written, as far as retention goes, on the day of the migration, as instances of before have ended at its moment.
 *
 * Instances and recent events need no room on their pages: what moves has another moment, which is indexed, so that it is never
 * written in place.
 */
export const JOURNEY_RETENTION = [
  // In the order in which batches lock them.
  `alter table journey.instances add column ended_at bigint default (extract(epoch from now()) * 1000)::bigint`,
  `alter table journey.instances alter column ended_at drop default`,
  `alter table journey.instances reset (fillfactor)`,
  `alter table journey.history add column written_on date not null default (now() at time zone 'UTC')::date`,
  `do $$ begin
    execute format('alter table journey.history add constraint history_bound check (written_on < %L) not valid',
      (date_trunc('month', now() at time zone 'UTC') + interval '2 months')::date);
  end $$`,
  `alter table journey.recent_events reset (fillfactor)`,
];

export const JOURNEY_RETENTION_CHECKED = [
  `alter table journey.history validate constraint history_bound`,
  `create index instances_ended on journey.instances (ended_at) where not open`,
];

export const JOURNEY_HISTORY_MONTHS = [
  `do $$
  declare
    bound date := date_trunc('month', now() at time zone 'UTC') + interval '2 months';
    former text := 'history_before_' || to_char(bound, 'YYYY_MM');
  begin
    execute format('alter table journey.history rename to %I', former);
    execute format('create table journey.history (like journey.%I including defaults) partition by range (written_on)', former);
    execute format('alter table journey.history attach partition journey.%I for values from (minvalue) to (%L)', former, bound);
    execute format('alter table journey.%I drop constraint history_bound', former);
  end $$`,
];
