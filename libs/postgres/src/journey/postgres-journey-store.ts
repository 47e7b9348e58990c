import type { CustomerId, EpochMs, InstanceId, SeenEvent } from '@waymark/contracts';
import { dueAtOf, type EntryLedger, type Instance } from '@waymark/journey-engine';
import type {
  BatchCommit,
  HistoryEntry,
  JourneyChanges,
  JourneyCount,
  JourneyState,
  JourneyStore,
  PlacesTaken,
} from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const LOAD_INSTANCES = loadSql('journey/load-instances');
const UPSERT_INSTANCES = loadSql('journey/upsert-instances');
const UPSERT_LEDGERS = loadSql('journey/upsert-ledgers');
const INSERT_ASSIGNMENTS = loadSql('journey/insert-assignments');
const INSERT_HISTORY = loadSql('journey/insert-history');
const ADD_COUNTS = loadSql('journey/add-counts');
const UPSERT_RECENT = loadSql('journey/upsert-recent-events');
const LOAD_PLACES = loadSql('journey/load-places');
const TAKE_PLACES = loadSql('journey/take-places');

type LedgerRow = { customer_id: CustomerId; journey_id: string; correlation_key: string; ledger: EntryLedger };

export class PostgresJourneyStore extends PostgresBatchStore<JourneyChanges> implements JourneyStore {
  constructor(options: PostgresStoreOptions) {
    super('journey', options);
  }

  async load({
    partition,
    customerIds,
    now,
    dueMax,
    recent: wantsRecent,
    places,
  }: Parameters<JourneyStore['load']>[0]): Promise<JourneyState> {
    const rows = await this.rows<{ instance: Instance }>(LOAD_INSTANCES, [partition, customerIds, now, dueMax]);
    const instances = rows.map(({ instance }) => instance);
    const customers = [...new Set([...customerIds, ...instances.map(({ customerId }) => customerId)])];
    const [ledgers, assigned, recent, taken] = await Promise.all([
      this.rows<LedgerRow>(
        'select customer_id, journey_id, correlation_key, ledger from journey.ledgers where customer_id = any($1::text[])',
        [customers],
      ),
      this.rows<{ customer_id: CustomerId; seed: string; variant: string }>(
        'select customer_id, seed, variant from journey.assignments where customer_id = any($1::text[])',
        [customers],
      ),
      wantsRecent
        ? this.rows<{ customer_id: CustomerId; events: SeenEvent[] }>(
            'select customer_id, events from journey.recent_events where customer_id = any($1::text[])',
            [customers],
          )
        : [],
      places.length === 0
        ? []
        : this.rows<PlacesTaken & Record<string, unknown>>(LOAD_PLACES, [
            places.map(({ journeyId }) => journeyId),
            places.map(({ since }) => since),
          ]),
    ]);
    const assignments = new Map<CustomerId, Record<string, string>>();
    for (const { customer_id, seed, variant } of assigned)
      assignments.set(customer_id, { ...assignments.get(customer_id), [seed]: variant });
    return {
      instances,
      ledgers: ledgers.map((row) => ({
        customerId: row.customer_id,
        journeyId: row.journey_id,
        correlationKey: row.correlation_key,
        ledger: row.ledger,
      })),
      assignments,
      recent: new Map(recent.map(({ customer_id, events }) => [customer_id, events])),
      places: taken,
    };
  }

  async nextDueAt(partition: number): Promise<EpochMs | undefined> {
    const [row] = await this.rows<{ due_at: number }>(
      'select due_at from journey.instances where partition = $1 and due_at is not null order by due_at limit 1',
      [partition],
    );
    return row?.due_at;
  }

  async history(customerId: CustomerId, limit: number): Promise<HistoryEntry[]> {
    const rows = await this.rows<{ entries: HistoryEntry[] }>(
      'select entries from journey.history where customer_id = $1 order by partition desc, version desc limit $2',
      [customerId, limit],
    );
    return rows
      .reverse()
      .flatMap(({ entries }) => entries)
      .slice(-limit);
  }

  async instances(customerId: CustomerId, limit: number): Promise<Instance[]> {
    const rows = await this.rows<{ instance: Instance }>(
      'select instance from journey.instances where customer_id = $1 order by entered_at desc, id collate "C" limit $2',
      [customerId, limit],
    );
    return rows.map(({ instance }) => instance);
  }

  async instance(id: InstanceId): Promise<Instance | undefined> {
    const [row] = await this.rows<{ instance: Instance }>('select instance from journey.instances where id = $1', [id]);
    return row?.instance;
  }

  counts(): Promise<JourneyCount[]> {
    return this.rows<JourneyCount & Record<string, unknown>>(
      `select journey_id as "journeyId", version, what, key, sum(count)::bigint as count, sum(value) as value
       from journey.counts group by journey_id, version, what, key`,
      [],
    );
  }

  population(): ReturnType<JourneyStore['population']> {
    return this.rows(
      `select journey_id as "journeyId", version, step, count(*)::bigint as count from journey.instances where active group by journey_id, version, step`,
      [],
    );
  }

  protected statementsOf(changes: JourneyChanges, { partition, to, now }: BatchCommit<JourneyChanges>): Statement[] {
    const { instances, ledgers, assignments, history, counts, recent, places } = changes;
    const statements: Statement[] = [];
    if (instances.length > 0)
      statements.push({ text: UPSERT_INSTANCES, values: [partition, ...instanceColumns(instances)] });
    if (ledgers.length > 0) statements.push({ text: UPSERT_LEDGERS, values: ledgerColumns(ledgers) });
    if (assignments.length > 0) statements.push({ text: INSERT_ASSIGNMENTS, values: assignmentColumns(assignments) });
    if (history.length > 0) {
      const customers = history.map(({ customerId }) => customerId);
      const entries = history.map((each) => JSON.stringify(each.entries));
      statements.push({ text: INSERT_HISTORY, values: [partition, to.version, customers, entries] });
    }
    if (counts.length > 0) statements.push({ text: ADD_COUNTS, values: [partition, ...countColumns(counts)] });
    if (recent.length > 0) statements.push({ text: UPSERT_RECENT, values: [partition, now, ...recentColumns(recent)] });
    if (places.length > 0)
      statements.push({
        text: TAKE_PLACES,
        values: [
          places.map(({ journeyId }) => journeyId),
          places.map(({ expected }) => expected),
          places.map(({ since }) => since),
          places.flatMap(({ journeyId, enteredAt }) => enteredAt.map(() => journeyId)),
          places.flatMap(({ enteredAt }) => enteredAt),
        ],
        writes: { rows: places.length, of: 'entry cap' },
      });
    return statements;
  }
}

function ledgerColumns(ledgers: JourneyChanges['ledgers']): unknown[] {
  return [
    ledgers.map(({ customerId }) => customerId),
    ledgers.map(({ journeyId }) => journeyId),
    ledgers.map(({ correlationKey }) => correlationKey),
    ledgers.map(({ ledger }) => JSON.stringify(ledger)),
  ];
}

function assignmentColumns(assignments: JourneyChanges['assignments']): unknown[] {
  return [
    assignments.map(({ customerId }) => customerId),
    assignments.map(({ seed }) => seed),
    assignments.map(({ variant }) => variant),
  ];
}

function instanceColumns(instances: readonly Instance[]): unknown[] {
  return [
    instances.map(({ id }) => id),
    instances.map(({ journeyId }) => journeyId),
    instances.map(({ version }) => version),
    instances.map(({ customerId }) => customerId),
    instances.map(({ correlationKey }) => correlationKey),
    instances.map(({ ordinal }) => ordinal),
    instances.map(({ step }) => step),
    instances.map(({ status }) => status === 'active'),
    instances.map(({ status, timers }) => status === 'active' || timers.conversion !== undefined),
    instances.map((instance) => dueAtOf(instance) ?? null),
    instances.map(({ enteredAt }) => Date.parse(enteredAt)),
    instances.map((instance) => JSON.stringify(instance)),
  ];
}

function recentColumns(recent: JourneyChanges['recent']): unknown[] {
  return [
    recent.map(({ customerId }) => customerId),
    recent.map(({ events }) => JSON.stringify(events)),
    recent.map(({ keepUntil }) => keepUntil),
  ];
}

function countColumns(counts: readonly JourneyCount[]): unknown[] {
  return [
    counts.map(({ journeyId }) => journeyId),
    counts.map(({ version }) => version),
    counts.map(({ what }) => what),
    counts.map(({ key }) => key),
    counts.map(({ count }) => count),
    counts.map(({ value }) => value),
  ];
}
