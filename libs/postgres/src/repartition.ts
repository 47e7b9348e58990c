/**
 * Moves what a database holds by partition to another number of partitions, and its progress to the beginning of another,
 * empty log. Everything in one transaction: before its commit nothing has changed.
 *
 * Why it is safe: every record of the old log has been processed and every output published (checked here and by the
 * caller), so nothing in either log is waited for; no id is made from a partition or an offset; `version` goes on rising,
 * so a page of history never meets an older one; what readers have seen is forgotten, as nothing old comes again.
 */
import { WaymarkError } from '@waymark/contracts';
import type pg from 'pg';
import type { Database } from './database.js';
import type { LogIdentity } from './log-identity.js';
import { inTransaction } from './transaction.js';

const SCHEMAS = ['ingestion', 'journey', 'personalization', 'dispatch'];
/** What belongs to a partition by its customer, as far as somebody still looks for it there. */
const KEYED = [
  { table: 'journey.instances', waiting: `(open or due_at is not null)` },
  { table: 'journey.recent_events', waiting: 'true' },
  { table: 'journey.entrants', waiting: 'true' },
  { table: 'dispatch.deliveries', waiting: `state in ('queued', 'retrying', 'claimed')` },
  { table: 'ingestion.profiles', waiting: 'true' },
  { table: 'ingestion.segment_members', waiting: 'true' },
];
/** What every partition of ingestion has of its own, beside what all services have. */
const OWN = { schedules: 'journey_id, cron, zone, segment_id, done_at, due_at, after' };
/** Customers moved in one statement. */
const CUSTOMERS_MAX = 10_000;

export interface RepartitionTo extends LogIdentity {
  /** The partition of a customer among `partitions`. */
  placeOf: (customerId: string) => number;
}

/** Resolves with how many rows went to another partition. Rejects with STATE_CONFLICT when there is something left to publish, or partitions use different workspaces. */
export function repartition({ pool }: Pick<Database, 'pool'>, to: RepartitionTo): Promise<number> {
  return inTransaction(pool, async (client) => {
    for (const schema of SCHEMAS) await assertAtRest(client, schema);
    await assertSchedulesDone(client);
    let moved = 0;
    for (const { table, waiting } of KEYED) moved += await moveRows(client, { table, waiting, placeOf: to.placeOf });
    for (const schema of SCHEMAS) await moveProgress(client, schema, to.partitions);
    await settleJobs(client, to.partitions);
    await client.query('update runtime.log set name = $1, partitions = $2', [to.name, to.partitions]);
    return moved;
  });
}

async function assertAtRest(client: pg.PoolClient, schema: string): Promise<void> {
  const { rows } = await client.query<{ outbox: number; revisions: number }>(
    `select (select count(*)::int from ${schema}.outbox) as outbox, (select count(distinct revision)::int from ${schema}.revisions) as revisions`,
  );
  const { outbox, revisions } = rows[0]!;
  if (outbox > 0)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `${outbox} batches of ${schema} are not published yet: start the services, and wait until they are`,
    );
  if (revisions > 1)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `the partitions of ${schema} use different workspaces: start the services, and wait until all use the newest`,
    );
}

/** Members change partition here: an instant of which some have been told would reach others twice, or never. */
async function assertSchedulesDone(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ journey_id: string }>(
    'select distinct journey_id from ingestion.schedules where due_at is not null order by journey_id',
  );
  if (rows.length > 0)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `the schedule of ${rows.map((row) => row.journey_id).join(', ')} is being told to its members: start the services, and wait until all are`,
    );
}

async function moveRows(
  client: pg.PoolClient,
  { table, waiting, placeOf }: { table: string; waiting: string; placeOf: RepartitionTo['placeOf'] },
): Promise<number> {
  let moved = 0;
  for (let after = ''; ;) {
    const { rows } = await client.query<{ customer_id: string }>(
      `select distinct customer_id from ${table} where ${waiting} and customer_id > $1 order by customer_id limit ${CUSTOMERS_MAX}`,
      [after],
    );
    if (rows.length === 0) return moved;
    const customers = rows.map((row) => row.customer_id);
    const { rowCount } = await client.query(
      `update ${table} t set partition = u.partition from unnest($1::text[], $2::int[]) as u(customer_id, partition)
       where t.customer_id = u.customer_id and t.partition <> u.partition and ${waiting}`,
      [customers, customers.map(placeOf)],
    );
    moved += rowCount ?? 0;
    after = customers.at(-1)!;
  }
}

/** What was done with a journey's instances in the old partitions is done in the new ones. */
async function settleJobs(client: pg.PoolClient, partitions: number): Promise<void> {
  const { rows } = await client.query<{ open: number }>(
    'select count(*)::int as open from journey.jobs where not is_done',
  );
  if (rows[0]!.open > 0)
    throw new WaymarkError(
      'STATE_CONFLICT',
      `${rows[0]!.open} jobs on journeys are under way: wait until they are done`,
    );
  await client.query(
    `insert into journey.jobs (partition, job_id, cursor, is_done, counts, next_at)
     select partition, job_id, '', true, '{}', 0
     from generate_series(0, $1::int - 1) as partition, (select distinct job_id from journey.jobs) as known
     on conflict (partition, job_id) do nothing`,
    [partitions],
  );
}

/** Every partition begins at the new log's beginning, with the workspace that all had. */
async function moveProgress(client: pg.PoolClient, schema: string, partitions: number): Promise<void> {
  await client.query(
    `with top as (select coalesce(max(version), 0) + 1 as version from ${schema}.progress)
     insert into ${schema}.progress as p (partition, version, next_offset, next_sequence, seen)
     select partition, version, 0, 0, '{}' from generate_series(0, $1::int - 1) as partition, top
     on conflict (partition) do update set version = excluded.version, next_offset = 0, seen = '{}'`,
    [partitions],
  );
  const used = { revisions: 'revision', active_resources: 'kind, id, version', ...(schema === 'ingestion' && OWN) };
  for (const [table, rest] of Object.entries(used))
    await client.query(
      `insert into ${schema}.${table} (partition, ${rest})
       select n, ${rest} from generate_series(1, $1::int - 1) as n, ${schema}.${table} where partition = 0
       on conflict do nothing`,
      [partitions],
    );
  for (const table of ['progress', ...Object.keys(used)])
    await client.query(`delete from ${schema}.${table} where partition >= $1`, [partitions]);
}
