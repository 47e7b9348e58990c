import { WaymarkError, type CustomerId, type EpochMs, type InstanceId } from '@waymark/contracts';
import { dueAtOf, isOpen, type EntryLedger, type Instance } from '@waymark/journey-engine';
import type { BatchCommit } from '../batch-store.js';
import { MemoryBatchStore } from '../memory-batch-store.js';
import { ExclusiveInstances } from './exclusive-instances.js';
import {
  frozenBy,
  newJob,
  type ControlsInUse,
  type JobPage,
  type JobProgress,
  type QueuedEntrant,
} from './journey-controls.js';
import type {
  CustomerMove,
  EntryKey,
  HistoryEntry,
  InstanceRow,
  JourneyChanges,
  JourneyCount,
  JourneyState,
  JourneyStore,
  PlacesChange,
  RecentEvents,
  VariantCount,
} from './journey-store.js';
import { KnownVariants } from './known-variants.js';
import { NOT_ELIGIBLE_MAX, withNotEligible } from './not-eligible.js';
import { VariantCounts } from './variant-counts.js';

/** Journey-state's store in memory. */
export class MemoryJourneyStore extends MemoryBatchStore<JourneyChanges> implements JourneyStore {
  readonly #instances = new Map<InstanceId, { partition: number; instance: Instance }>();
  /** R1: which instance is the one of a journey, customer, key and ordinal. */
  readonly #identities = new Map<string, InstanceId>();
  readonly #exclusive = new ExclusiveInstances();
  readonly #ledgers = new Map<string, EntryKey & { ledger: EntryLedger }>();
  readonly #variants = new KnownVariants();
  readonly #history = new Map<CustomerId, HistoryEntry[]>();
  readonly #notEligible = new Map<CustomerId, HistoryEntry[]>();
  readonly #counts = new Map<string, JourneyCount>();
  readonly #variantCounts = new VariantCounts();
  readonly #recent = new Map<CustomerId, RecentEvents>();
  readonly #entrants = new Map<string, QueuedEntrant & { partition: number }>();
  readonly #moves = new Map<string, CustomerMove>();
  readonly #jobs = new Map<string, JobProgress>();
  readonly #places = new Map<string, { version: number; enteredAt: EpochMs[] }>();

  async load({
    partition,
    customerIds,
    now,
    dueMax,
    recent,
    heirs,
    leavers,
    places,
    controls,
    pageMax,
  }: Parameters<JourneyStore['load']>[0]): Promise<JourneyState> {
    const jobs = this.#openJobs(partition, controls);
    const due = this.#timers(partition, frozenBy(controls, jobs))
      .filter(({ dueAt }) => dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt);
    const entrants = this.#waiting(partition)
      .filter(({ journeyId, expiresAt }) => !controls.queueing.includes(journeyId) || expiresAt <= now)
      .slice(0, dueMax);
    const page = this.#page(partition, { controls, jobs, now, pageMax });
    const customers = new Set([
      ...customerIds,
      ...due.slice(0, dueMax).map(({ instance }) => instance.customerId),
      ...entrants.map(({ event }) => event.customerId),
      ...(page?.instanceIds ?? []).map((id) => this.#instances.get(id)!.instance.customerId),
    ]);
    return {
      instances: this.#all().filter((instance) => customers.has(instance.customerId) && isOpen(instance)),
      ledgers: [...this.#ledgers.values()].filter(({ customerId }) => customers.has(customerId)),
      ...this.#variants.of(customers),
      recent: new Map(
        [...this.#recent.values()]
          .filter(({ customerId }) => recent && customers.has(customerId))
          .map(({ customerId, events }) => [customerId, events]),
      ),
      places: places.map(({ journeyId, since }) => {
        const { version, enteredAt } = this.#places.get(journeyId) ?? NO_PLACES;
        return { journeyId, version, taken: enteredAt.filter((at) => at > since).length };
      }),
      moves: [...this.#moves.values()].filter(({ to }) => heirs.includes(to)).sort((a, b) => (a.id < b.id ? -1 : 1)),
      entrants,
      leaving: this.#waiting(partition).filter(({ event }) => leavers.includes(event.customerId)),
      jobs,
      ...(page && { page }),
    };
  }

  async nextDueAt(partition: number, controls: ControlsInUse): Promise<EpochMs | undefined> {
    const jobs = this.#openJobs(partition, controls);
    const due = [
      ...this.#timers(partition, frozenBy(controls, jobs)).map(({ dueAt }) => dueAt),
      ...this.#waiting(partition).map(({ journeyId, expiresAt }) =>
        controls.queueing.includes(journeyId) ? expiresAt : 0,
      ),
      ...jobs.slice(0, 1).map(({ nextAt }) => nextAt),
    ];
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async jobProgress(jobId: string): Promise<JobProgress[]> {
    return [...this.#jobs.values()].filter((job) => job.jobId === jobId);
  }

  async entrantCount(journeyId: string): Promise<number> {
    return [...this.#entrants.values()].filter((each) => each.journeyId === journeyId).length;
  }

  async history(customerId: CustomerId, limit: number): Promise<HistoryEntry[]> {
    return withNotEligible(this.#history.get(customerId) ?? [], this.#notEligible.get(customerId) ?? [], limit);
  }

  async instances(customerId: CustomerId, limit: number): Promise<Instance[]> {
    const its = this.#all().filter((instance) => instance.customerId === customerId);
    return its.sort(newestFirst).slice(0, limit);
  }

  async instance(id: InstanceId): Promise<Instance | undefined> {
    return this.#instances.get(id)?.instance;
  }

  async counts(): Promise<JourneyCount[]> {
    return [...this.#counts.values()];
  }

  async variantCounts(): Promise<VariantCount[]> {
    return this.#variantCounts.list();
  }

  async population(): Promise<{ journeyId: string; version: string; step: string; count: number }[]> {
    const found = new Map<string, { journeyId: string; version: string; step: string; count: number }>();
    for (const { journeyId, version, step, status } of this.#all()) {
      if (status !== 'active') continue;
      const key = `${journeyId} ${version} ${step}`;
      const entry = found.get(key) ?? { journeyId, version, step, count: 0 };
      found.set(key, { ...entry, count: entry.count + 1 });
    }
    return [...found.values()];
  }

  async instanceRows({ partition, after, max }: Parameters<JourneyStore['instanceRows']>[0]): Promise<InstanceRow[]> {
    return this.#after({ partition, after, max }).map((instance) => {
      const { step, status, called } = instance;
      const alike = this.#all().filter((each) => ledgerKey(each) === ledgerKey(instance));
      return {
        instance,
        columns: { step, active: status === 'active', dueAt: dueAtOf(instance) },
        ledger: this.#ledgers.get(ledgerKey(instance))?.ledger,
        alike: {
          active: alike.filter((each) => each.status === 'active').length,
          newestOrdinal: Math.max(...alike.map(({ ordinal }) => ordinal)),
        },
        called: called && this.#instances.get(called.instanceId)?.instance,
      };
    });
  }

  async inside({ journeyId, ...wanted }: Parameters<JourneyStore['inside']>[0]): Promise<Instance[]> {
    return this.#after(wanted, (instance) => instance.status === 'active' && instance.journeyId === journeyId);
  }

  async forget({ endedBefore, now, max }: Parameters<JourneyStore['forget']>[0]): ReturnType<JourneyStore['forget']> {
    const isOver = (instance: Instance): boolean => !isOpen(instance) && Date.parse(instance.endedAt!) < endedBefore;
    const over = this.#all().filter(isOver).slice(0, max);
    for (const instance of over) this.#remove(instance.id);
    const outdated = [...this.#recent.values()].filter(({ keepUntil }) => keepUntil < now).slice(0, max);
    for (const { customerId } of outdated) this.#recent.delete(customerId);
    const refused = [...this.#notEligible].filter(([, entries]) => Date.parse(entries.at(-1)!.at) < endedBefore);
    const forgotten = refused.slice(0, max);
    for (const [customerId] of forgotten) this.#notEligible.delete(customerId);
    return { instances: over.length, recent: outdated.length, notEligible: forgotten.length };
  }

  async doors(partition: number): Promise<{ journeyId: string; count: number }[]> {
    const counts = new Map<string, number>();
    for (const { journeyId } of this.#waiting(partition)) counts.set(journeyId, (counts.get(journeyId) ?? 0) + 1);
    return [...counts].map(([journeyId, count]) => ({ journeyId, count }));
  }

  protected check(changes: JourneyChanges): void {
    const { instances, places } = changes;
    const outrun = places.find(({ journeyId, expected }) => (this.#places.get(journeyId)?.version ?? 0) !== expected);
    if (outrun) throw new WaymarkError('STATE_CONFLICT', `others have entered ${outrun.journeyId} meanwhile`);
    const twin = instances.find(
      (instance) => (this.#identities.get(identityOf(instance)) ?? instance.id) !== instance.id,
    );
    if (twin) throw new WaymarkError('STATE_CONFLICT', `instance ${twin.ordinal} of ${twin.journeyId} has another id`);
    this.#exclusive.check(changes);
  }

  protected apply(changes: JourneyChanges, { partition }: BatchCommit<JourneyChanges>): void {
    this.#exclusive.apply(changes, (id) => this.#instances.get(id)?.instance);
    this.#applyMoves(changes);
    for (const instance of changes.instances) {
      this.#instances.set(instance.id, { partition, instance });
      this.#identities.set(identityOf(instance), instance.id);
    }
    for (const entry of changes.ledgers) this.#ledgers.set(ledgerKey(entry), entry);
    this.#variants.take(changes.assignments);
    for (const { customerId, entries } of changes.history) {
      this.#history.set(customerId, [...(this.#history.get(customerId) ?? []), ...entries]);
    }
    for (const { customerId, entries } of changes.notEligible) {
      const all = [...(this.#notEligible.get(customerId) ?? []), ...entries];
      this.#notEligible.set(customerId, all.slice(-NOT_ELIGIBLE_MAX));
    }
    for (const count of changes.counts) this.#count(count);
    for (const count of changes.variants) this.#variantCounts.add(count);
    for (const recent of changes.recent) this.#recent.set(recent.customerId, recent);
    this.#applyEntrants(changes.entrants, partition);
    if (changes.job) this.#jobs.set(`${partition} ${changes.job.jobId}`, changes.job);
    for (const places of changes.places) this.#takePlaces(places);
  }

  #applyMoves({ removed, moves }: JourneyChanges): void {
    for (const id of removed) this.#remove(id);
    for (const move of moves.given) this.#moves.set(move.id, move);
    for (const id of moves.taken) this.#moves.delete(id);
  }

  #remove(id: InstanceId): void {
    const gone = this.#instances.get(id);
    if (gone) this.#identities.delete(identityOf(gone.instance));
    this.#instances.delete(id);
  }

  #takePlaces({ journeyId, expected, enteredAt, since }: PlacesChange): void {
    const kept = (this.#places.get(journeyId) ?? NO_PLACES).enteredAt.filter((at) => at > since);
    this.#places.set(journeyId, { version: expected + 1, enteredAt: [...kept, ...enteredAt] });
  }

  #applyEntrants({ queued, gone }: JourneyChanges['entrants'], partition: number): void {
    for (const entrant of queued)
      if (!this.#entrants.has(entrant.id)) this.#entrants.set(entrant.id, { ...entrant, partition });
    for (const id of gone) this.#entrants.delete(id);
  }

  #count(by: JourneyCount): void {
    const key = [by.journeyId, by.version, by.what, by.key].join(' ');
    const before = this.#counts.get(key);
    this.#counts.set(key, before ? { ...before, count: before.count + by.count, value: before.value + by.value } : by);
  }

  #all(): Instance[] {
    return [...this.#instances.values()].map(({ instance }) => instance);
  }

  #after(
    of: { partition: number; after: string; max: number },
    wanted: (instance: Instance) => boolean = () => true,
  ): Instance[] {
    const its = [...this.#instances.values()].filter(
      ({ partition, instance }) => partition === of.partition && instance.id > of.after && wanted(instance),
    );
    return its
      .map(({ instance }) => instance)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, of.max);
  }

  #openJobs(partition: number, { jobs }: ControlsInUse): JobProgress[] {
    const all = jobs.map(({ jobId }) => this.#jobs.get(`${partition} ${jobId}`) ?? newJob(jobId));
    return all.filter(({ isDone }) => !isDone);
  }

  #waiting(of: number): QueuedEntrant[] {
    const its = [...this.#entrants.values()].filter(({ partition }) => partition === of);
    return its.map(({ partition: _, ...entrant }) => entrant).sort((a, b) => a.expiresAt - b.expiresAt);
  }

  #page(
    of: number,
    by: { controls: ControlsInUse; jobs: readonly JobProgress[]; now: EpochMs; pageMax: number },
  ): JobPage | undefined {
    const [job] = by.jobs;
    if (!job || job.nextAt > by.now) return undefined;
    const { journeyId } = by.controls.jobs.find(({ jobId }) => jobId === job.jobId)!;
    const ids = [...this.#instances.values()]
      .filter(({ partition, instance }) => partition === of && instance.journeyId === journeyId)
      .filter(({ instance }) => instance.status === 'active' && instance.id > job.cursor)
      .map(({ instance }) => instance.id)
      .sort();
    return { jobId: job.jobId, instanceIds: ids.slice(0, by.pageMax), isLast: ids.length <= by.pageMax };
  }

  #timers(of: number, frozen: ReadonlySet<string>): { instance: Instance; dueAt: EpochMs }[] {
    return [...this.#instances.values()].flatMap(({ partition, instance }) => {
      const dueAt = frozen.has(instance.journeyId) ? undefined : dueAtOf(instance);
      return partition === of && dueAt !== undefined ? [{ instance, dueAt }] : [];
    });
  }
}

const NO_PLACES = { version: 0, enteredAt: [] as EpochMs[] };

function identityOf({ customerId, journeyId, correlationKey, ordinal }: Instance): string {
  return JSON.stringify([customerId, journeyId, correlationKey, ordinal]);
}

function ledgerKey({ journeyId, customerId, correlationKey }: EntryKey): string {
  return `${journeyId} ${customerId} ${correlationKey}`;
}

function newestFirst(a: Instance, b: Instance): number {
  return Date.parse(b.enteredAt) - Date.parse(a.enteredAt) || (a.id < b.id ? -1 : 1);
}
