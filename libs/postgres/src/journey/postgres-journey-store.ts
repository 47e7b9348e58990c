import type { CustomerId, EpochMs, InstanceId } from '@waymark/contracts';
import { type EntryLedger, type Instance } from '@waymark/journey-engine';
import {
  frozenBy,
  newJob,
  withNotEligible,
  type BatchCommit,
  type ControlsInUse,
  type CustomerMove,
  type HistoryEntry,
  type InstanceRow,
  type JobPage,
  type JobProgress,
  type JourneyChanges,
  type JourneyCount,
  type JourneyState,
  type JourneyStore,
  type PlacesTaken,
  type QueuedEntrant,
  type RecentEvent,
  type VariantCount,
} from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import { prepared, type Statement } from '../batch/statement.js';
import { classified } from '../classify-error.js';
import { loadSql } from '../load-sql.js';
import { journeyStatements } from './journey-statements.js';

const LOAD_INSTANCES = loadSql('journey/load-instances');
const LOAD_PLACES = loadSql('journey/load-places');
const LOAD_ENTRANTS = loadSql('journey/load-entrants');
const LOAD_LEAVING = loadSql('journey/load-leaving');
const NEXT_ENTRANT = loadSql('journey/next-entrant');
const NEXT_TIMER = loadSql('journey/next-timer');
const INSTANCE_ROWS = loadSql('journey/instance-rows');
const HISTORY = loadSql('journey/load-history');
const FORGET_ENDED = loadSql('journey/forget-ended');
const FORGET_RECENT = loadSql('journey/forget-recent-events');
const FORGET_NOT_ELIGIBLE = loadSql('journey/forget-not-eligible');
const SELECT_JOBS =
  'select job_id as "jobId", cursor, is_done as "isDone", counts, next_at as "nextAt" from journey.jobs';

type LedgerRow = { customer_id: CustomerId; journey_id: string; correlation_key: string; ledger: EntryLedger };

interface StoredRow {
  instance: Instance;
  step: string;
  active: boolean;
  due_at: number | null;
  ledger: EntryLedger | null;
  active_alike: number;
  newest_ordinal: number;
}

type AssignmentRow = { customer_id: CustomerId; seed: string; variant: string; epoch: number; exposed: boolean };

function assignedTo(rows: readonly AssignmentRow[]): Pick<JourneyState, 'assignments' | 'epochs' | 'exposed'> {
  const assignments = new Map<CustomerId, Record<string, string>>();
  const epochs = new Map<CustomerId, Record<string, number>>();
  const exposed = new Map<CustomerId, Set<string>>();
  for (const { customer_id: id, seed, variant, epoch, exposed: isExposed } of rows) {
    assignments.set(id, { ...assignments.get(id), [seed]: variant });
    if (epoch > 1) epochs.set(id, { ...epochs.get(id), [seed]: epoch });
    if (isExposed) exposed.set(id, new Set([...(exposed.get(id) ?? []), seed]));
  }
  return { assignments, epochs, exposed };
}

type EntrantRow = Omit<QueuedEntrant, 'origin'> & { origin: CustomerId | null };

function entrantOf({ origin, ...entrant }: EntrantRow): QueuedEntrant {
  return origin === null ? entrant : { ...entrant, origin };
}

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
    heirs,
    leavers,
    places,
    controls,
    pageMax,
  }: Parameters<JourneyStore['load']>[0]): Promise<JourneyState> {
    const jobs = await this.#openJobs(partition, controls);
    const [entrants, page] = await Promise.all([
      controls.mayHaveEntrants ? this.#entrants({ partition, queueing: controls.queueing, now, max: dueMax }) : [],
      this.#page({ partition, controls, job: jobs.find(({ nextAt }, i) => i === 0 && nextAt <= now), pageMax }),
    ]);
    const also = [...entrants.map(({ event }) => event.customerId), ...(page?.customerIds ?? [])];
    const frozen = [...frozenBy(controls, jobs)];
    const asked = [partition, [...customerIds, ...also], now, dueMax, frozen];
    const rows = await this.rows<{ instance: Instance }>(LOAD_INSTANCES, asked);
    const instances = rows.map(({ instance }) => instance);
    const customers = [...new Set([...customerIds, ...also, ...instances.map(({ customerId }) => customerId)])];
    const [ledgers, assigned, recent, taken, moves, leaving] = await Promise.all([
      this.rows<LedgerRow>(
        'select customer_id, journey_id, correlation_key, ledger from journey.ledgers where customer_id = any($1::text[])',
        [customers],
      ),
      this.rows<AssignmentRow>(
        'select customer_id, seed, variant, epoch, exposed from journey.assignments where customer_id = any($1::text[])',
        [customers],
      ),
      wantsRecent
        ? this.rows<{ customer_id: CustomerId; events: RecentEvent[] }>(
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
      this.#moves(heirs),
      this.#leaving(partition, leavers),
    ]);
    return {
      instances,
      ledgers: ledgers.map((row) => ({
        customerId: row.customer_id,
        journeyId: row.journey_id,
        correlationKey: row.correlation_key,
        ledger: row.ledger,
      })),
      ...assignedTo(assigned),
      recent: new Map(recent.map(({ customer_id, events }) => [customer_id, events])),
      places: taken,
      moves,
      entrants,
      leaving,
      jobs,
      ...(page && { page: { jobId: page.jobId, instanceIds: page.instanceIds, isLast: page.isLast } }),
    };
  }

  async nextDueAt(partition: number, controls: ControlsInUse): Promise<EpochMs | undefined> {
    const jobs = await this.#openJobs(partition, controls);
    const [timers, entrants] = await Promise.all([
      this.rows<{ due_at: number }>(NEXT_TIMER, [partition, [...frozenBy(controls, jobs)]]),
      controls.mayHaveEntrants ? this.rows<{ due_at: number }>(NEXT_ENTRANT, [partition, controls.queueing]) : [],
    ]);
    const due = [
      ...[...timers, ...entrants].map(({ due_at }) => due_at),
      ...jobs.slice(0, 1).map(({ nextAt }) => nextAt),
    ];
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async jobProgress(jobId: string): Promise<JobProgress[]> {
    return this.rows<JobProgress & Record<string, unknown>>(`${SELECT_JOBS} where job_id = $1 order by partition`, [
      jobId,
    ]);
  }

  async entrantCount(journeyId: string): Promise<number> {
    const [row] = await this.rows<{ count: number }>(
      'select count(*)::bigint as count from journey.entrants where journey_id = $1',
      [journeyId],
    );
    return row!.count;
  }

  async history(customerId: CustomerId, limit: number): Promise<HistoryEntry[]> {
    const [rows, refusals] = await Promise.all([
      this.rows<{ entries: HistoryEntry[] }>(HISTORY, [customerId, limit]),
      this.rows<{ entries: HistoryEntry[] }>('select entries from journey.not_eligible where customer_id = $1', [
        customerId,
      ]),
    ]);
    const [history, refused] = [rows.reverse(), refusals].map((its) => its.flatMap(({ entries }) => entries));
    return withNotEligible(history!, refused!, limit);
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

  variantCounts(): Promise<VariantCount[]> {
    return this.rows<VariantCount & Record<string, unknown>>(
      `select journey_id as "journeyId", version, step_id as "stepId", variant, epoch,
         sum(entered)::bigint as entered, sum(exposed)::bigint as exposed, sum(converted)::bigint as converted, sum(value) as value
       from journey.variant_counts group by journey_id, version, step_id, variant, epoch`,
      [],
    );
  }

  population(): ReturnType<JourneyStore['population']> {
    return this.rows(
      `select journey_id as "journeyId", version, step, count(*)::bigint as count from journey.instances where active group by journey_id, version, step`,
      [],
    );
  }

  async instanceRows({ partition, after, max }: Parameters<JourneyStore['instanceRows']>[0]): Promise<InstanceRow[]> {
    const rows = await this.rows<StoredRow & Record<string, unknown>>(INSTANCE_ROWS, [partition, after, max]);
    const wanted = [...new Set(rows.flatMap(({ instance }) => instance.called?.instanceId ?? []))];
    const found = await this.rows<{ instance: Instance }>(
      'select instance from journey.instances where id = any($1::text[])',
      [wanted],
    );
    const called = new Map(found.map(({ instance }) => [instance.id, instance]));
    return rows.map(({ instance, step, active, due_at, ledger, ...alike }) => ({
      instance,
      columns: { step, active, dueAt: due_at ?? undefined },
      ledger: ledger ?? undefined,
      alike: { active: alike.active_alike, newestOrdinal: alike.newest_ordinal },
      called: instance.called && called.get(instance.called.instanceId),
    }));
  }

  async inside({ partition, journeyId, after, max }: Parameters<JourneyStore['inside']>[0]): Promise<Instance[]> {
    const rows = await this.rows<{ instance: Instance }>(
      `select instance from journey.instances where partition = $1 and journey_id = $2 and active and id collate "C" > $3 order by id collate "C" limit $4`,
      [partition, journeyId, after, max],
    );
    return rows.map(({ instance }) => instance);
  }

  async forget({ endedBefore, now, max }: Parameters<JourneyStore['forget']>[0]): ReturnType<JourneyStore['forget']> {
    return {
      instances: await this.#written(FORGET_ENDED, [endedBefore, max]),
      recent: await this.#written(FORGET_RECENT, [now, max]),
      notEligible: await this.#written(FORGET_NOT_ELIGIBLE, [endedBefore, max]),
    };
  }

  doors(partition: number): Promise<{ journeyId: string; count: number }[]> {
    return this.rows(
      'select journey_id as "journeyId", count(*)::bigint as count from journey.entrants where partition = $1 group by journey_id',
      [partition],
    );
  }

  async #written(text: string, values: unknown[]): Promise<number> {
    return (await classified(() => this.pool.query(prepared({ text, values })))).rowCount ?? 0;
  }

  async #openJobs(partition: number, { jobs }: ControlsInUse): Promise<JobProgress[]> {
    if (jobs.length === 0) return [];
    const ids = jobs.map(({ jobId }) => jobId);
    const rows = await this.rows<JobProgress & Record<string, unknown>>(
      `${SELECT_JOBS} where partition = $1 and job_id = any($2::text[])`,
      [partition, ids],
    );
    const known = new Map(rows.map((row) => [row.jobId, row]));
    return ids.map((jobId) => known.get(jobId) ?? newJob(jobId)).filter(({ isDone }) => !isDone);
  }

  async #moves(heirs: readonly CustomerId[]): Promise<CustomerMove[]> {
    if (heirs.length === 0) return [];
    const rows = await this.rows<{ move: CustomerMove }>(
      'select move from journey.moves where customer_id = any($1::text[]) order by id collate "C"',
      [heirs],
    );
    return rows.map(({ move }) => move);
  }

  async #leaving(partition: number, leavers: readonly CustomerId[]): Promise<QueuedEntrant[]> {
    if (leavers.length === 0) return [];
    return (await this.rows<EntrantRow>(LOAD_LEAVING, [partition, leavers])).map(entrantOf);
  }

  async #entrants(of: {
    partition: number;
    queueing: readonly string[];
    now: EpochMs;
    max: number;
  }): Promise<QueuedEntrant[]> {
    const rows = await this.rows<EntrantRow>(LOAD_ENTRANTS, [of.partition, of.queueing, of.now, of.max]);
    return rows.map(entrantOf);
  }

  async #page(of: {
    partition: number;
    controls: ControlsInUse;
    job: JobProgress | undefined;
    pageMax: number;
  }): Promise<(JobPage & { customerIds: CustomerId[] }) | undefined> {
    const { partition, controls, job, pageMax } = of;
    if (!job) return undefined;
    const { journeyId } = controls.jobs.find(({ jobId }) => jobId === job.jobId)!;
    const rows = await this.rows<{ id: InstanceId; customer_id: CustomerId }>(
      `select id, customer_id from journey.instances where partition = $1 and journey_id = $2 and active and id collate "C" > $3 order by id collate "C" limit $4`,
      [partition, journeyId, job.cursor, pageMax + 1],
    );
    const taken = rows.slice(0, pageMax);
    return {
      jobId: job.jobId,
      instanceIds: taken.map(({ id }) => id),
      customerIds: taken.map(({ customer_id }) => customer_id),
      isLast: rows.length <= pageMax,
    };
  }

  protected statementsOf(changes: JourneyChanges, commit: BatchCommit<JourneyChanges>): Statement[] {
    return journeyStatements(changes, commit);
  }
}
