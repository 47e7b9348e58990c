import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  type CompensateInteraction,
  type CustomerEvent,
  type CustomerId,
  type EpochMs,
  type InstanceId,
  type JourneyJob,
} from '@waymark/contracts';
import { addDuration, emptyContext, parseDuration, type CustomerContext } from '@waymark/customer-context';
import {
  NO_ENTRIES,
  correlationKey,
  decide,
  dueAtOf,
  enter,
  seenEvent,
  type Called,
  type CompiledJourney,
  type Decision,
  type Effect,
  type EntryLedger,
  type Input,
  type Instance,
  type Surroundings,
  type Trace,
} from '@waymark/journey-engine';
import {
  frozenBy,
  type CustomerMove,
  type EntryKey,
  type HistoryEntry,
  type JobPage,
  type JobProgress,
  type JourneyBelongings,
  type JourneyChanges,
  type JourneyState,
  type QueuedEntrant,
  type RecentEvent,
} from '@waymark/ports';
import { hashId, Outputs, type Batch, type Folded, type Measure } from '@waymark/stream';
import { Counts } from './counts.js';
import type { JourneyDefinitions } from './definitions.js';
import { effectRecords, endedRecord, enteredRecord, type Emission } from './effect-records.js';
import { heirOf, isTakeOver, leaverOf, mergeLedgers, settlesSomething, takeOverRecord } from './merge-people.js';
import { Places } from './places.js';
import { CustomersRecentEvents } from './recent-events.js';

/** Begins the id of a timer as a cause; no message id has a NUL in it. */
const TIMER = 'timer\u0000';

/** Between two pages of a job in a partition, in milliseconds. */
const JOB_PACE_MS = 100;
const WORDS = { stop: 'ended', thaw: 'put off', migrate: 'moved' } as const;

/** What moves an instance: its id makes the ids of the records it causes. */
interface Cause {
  id: string;
  /** The event's, where it is one. */
  messageId?: string;
}

type CallEffect = Extract<Effect, { type: 'call' }>;

/** The state of all customers of a batch, and one snapshot of each one's context (R14). */
export interface Loaded extends JourneyState {
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
}

/**
 * Runs the instances of a batch's customers. For each customer in order: what fell due before an event was received
 * fires before the event; goals, exits and steps go before entries, so that one event may end an instance and begin the
 * next (R18); what is due by now fires last. Who has waited at a door goes first, a page of a job last. Pure.
 */
export function foldBatch(
  batch: Batch<CustomerEvent>,
  loaded: Loaded,
  definitions: JourneyDefinitions,
): Folded<JourneyChanges> {
  const work = new Work(batch, loaded, definitions);
  for (const entrant of loaded.entrants) work.lookAtDoor(entrant);
  for (const { record, traceparent } of batch.records) {
    work.fireTimers(record.customerId, Date.parse(record.receivedAt));
    work.takeEvent(record, traceparent);
  }
  for (const customerId of new Set(loaded.instances.map((instance) => instance.customerId)))
    work.fireTimers(customerId, batch.now);
  if (loaded.page) work.workOn(loaded.page);
  return work.result();
}

class Work {
  readonly #batch: Batch<CustomerEvent>;
  readonly #loaded: Loaded;
  readonly #definitions: JourneyDefinitions;
  readonly #instances = new Map<CustomerId, Map<string, Instance>>();
  readonly #changed = new Set<string>();
  readonly #ledgers = new Map<string, EntryKey & { ledger: EntryLedger }>();
  readonly #changedLedgers = new Set<string>();
  readonly #assigned: Map<CustomerId, Record<string, string>>;
  readonly #assignments: JourneyChanges['assignments'] = [];
  readonly #history = new Map<CustomerId, HistoryEntry[]>();
  readonly #counts = new Counts();
  readonly #outputs = new Outputs();
  readonly #fired: Measure[] = [];
  readonly #recent: CustomersRecentEvents;
  readonly #places: Places;
  readonly #frozen: ReadonlySet<string>;
  readonly #queued: QueuedEntrant[] = [];
  readonly #gone: string[] = [];
  #job: JobProgress | undefined;
  readonly #removed: InstanceId[] = [];
  readonly #given: CustomerMove[] = [];
  readonly #taken: string[] = [];
  /** When the event being taken came in; undefined while timers fire. */
  #receivedAt: string | undefined;

  constructor(batch: Batch<CustomerEvent>, loaded: Loaded, definitions: JourneyDefinitions) {
    this.#batch = batch;
    this.#loaded = loaded;
    this.#definitions = definitions;
    this.#assigned = new Map(loaded.assignments);
    this.#recent = new CustomersRecentEvents(loaded.recent);
    this.#places = new Places(loaded.places);
    this.#frozen = frozenBy(definitions.controls.inUse, loaded.jobs);
    for (const instance of loaded.instances) this.#of(instance.customerId).set(instance.id, instance);
    for (const entry of loaded.ledgers) this.#ledgers.set(ledgerKey(entry), entry);
  }

  takeEvent(event: CustomerEvent, traceparent: string | undefined): void {
    this.#outputs.traceparent = traceparent;
    this.#receivedAt = event.receivedAt;
    const heir = heirOf(event);
    if (heir !== undefined) return this.#handOn(event.customerId, heir);
    if (isTakeOver(event)) return this.#takeOver(event.customerId);
    if (this.#isAhead(event)) this.#recent.add(event.customerId, { ...seenEvent(event), cause: event.cause });
    for (const { id } of [...this.#of(event.customerId).values()].filter(isOpen)) {
      const instance = this.#of(event.customerId).get(id)!;
      this.#decide(instance, { type: 'event', event }, eventCause(event));
    }
    for (const journey of this.#definitions.current) if (journey.entry.knocks(event)) this.#enter(journey, event);
    if (this.#definitions.listensTo.has(event.name)) this.#recent.add(event.customerId, seenEvent(event));
    if (event.name === OWN_EVENTS.offerUndone) this.#compensate(event);
  }

  /** Fires what is due at or before `until`, earliest first; a timer set meanwhile may be among them. */
  fireTimers(customerId: CustomerId, until: number): void {
    this.#outputs.traceparent = this.#batch.traceparent;
    this.#receivedAt = undefined;
    const upTo = Math.min(until, this.#batch.now);
    for (;;) {
      const due = [...this.#of(customerId).values()].filter(
        (instance) => (dueAtOf(instance) ?? Infinity) <= upTo && !this.#frozen.has(instance.journeyId),
      );
      const first = due.sort((a, b) => dueAtOf(a)! - dueAtOf(b)!)[0];
      if (!first) return;
      const dueAt = dueAtOf(first)!;
      this.#fired.push({ what: 'timer', service: 'journey-state', latenessMs: this.#batch.now - dueAt });
      this.#decide(first, { type: 'timer' }, { id: `${TIMER}${dueAt} ${first.visitsTotal}` });
    }
  }

  /** Somebody who knocked while the journey was paused: she is let in as things are now, or has waited too long (R26). */
  lookAtDoor({ id, journeyId, event, expiresAt }: QueuedEntrant): void {
    this.#outputs.traceparent = this.#batch.traceparent;
    this.#receivedAt = undefined;
    this.#gone.push(id);
    const journey = this.#definitions.current.find((each) => each.id === journeyId);
    if (!journey) return;
    if (this.#definitions.controls.stateOf(journeyId) === 'paused')
      this.#tellAtDoor(journey, event, [
        {
          at: this.#at,
          what: 'refused',
          reason: 'JOURNEY_PAUSED',
          detail: `the journey was still paused at ${iso(expiresAt)}`,
        },
      ]);
    else this.#enter(journey, event);
  }

  /** One page of a job on the instances of a journey, in the order of their ids. */
  workOn({ jobId, instanceIds, isLast }: JobPage): void {
    const before = this.#loaded.jobs.find((job) => job.jobId === jobId)!;
    const job = this.#definitions.controls.job(jobId);
    const counts = { ...before.counts };
    this.#outputs.traceparent = this.#batch.traceparent;
    this.#receivedAt = undefined;
    for (const id of instanceIds) {
      const word = this.#workOnOne(job, id);
      counts[word] = (counts[word] ?? 0) + 1;
    }
    const nextAt = this.#batch.now + JOB_PACE_MS;
    this.#job = { jobId, cursor: instanceIds.at(-1) ?? before.cursor, isDone: isLast, counts, nextAt };
  }

  result(): Folded<JourneyChanges> {
    const instances = [...this.#instances.values()]
      .flatMap((its) => [...its.values()])
      .filter(({ id }) => this.#changed.has(id));
    const changes = {
      instances,
      ledgers: [...this.#changedLedgers].map((key) => this.#ledgers.get(key)!),
      assignments: this.#assignments,
      history: [...this.#history].map(([customerId, entries]) => ({ customerId, entries })),
      counts: this.#counts.list(),
      recent: this.#recent.changes(this.#batch.now + this.#definitions.recentMs),
      places: this.#places.changes(),
      entrants: { queued: this.#queued, gone: this.#gone },
      job: this.#job,
      removed: this.#removed,
      moves: { given: this.#given, taken: this.#taken },
    };
    return { changes, outputs: this.#outputs.records, measures: this.#fired };
  }

  /** R61: the customer is another: all that she has here is put down for that one. */
  #handOn(from: CustomerId, to: CustomerId): void {
    const its = [...this.#of(from).values()].filter(isOpen);
    const journeys = [...this.#ledgers.values()]
      .filter(({ customerId }) => customerId === from)
      .map(({ journeyId, correlationKey: key, ledger }) => ({
        journeyId,
        correlationKey: key,
        ledger,
        instances: its.filter((each) => each.journeyId === journeyId && each.correlationKey === key),
      }));
    for (const { id, journeyId, version } of its) {
      this.#removed.push(id);
      this.#changed.delete(id);
      const trace: Trace[] = [{ at: this.#at, what: 'handedOn', to }];
      this.#remember(from, { ...this.#entryOf({ id: journeyId, version }, from), instanceId: id, trace });
    }
    this.#instances.delete(from);
    const assignments = this.#assigned.get(from) ?? {};
    this.#given.push({
      id: hashId('move', from, to),
      from,
      to,
      journeys,
      assignments,
      recent: [...this.#recent.of(from)],
    });
    this.#outputs.push(takeOverRecord(from, to, this.#at));
  }

  /** R61: what those had who turned out to be her goes on as hers; of two instances with one key one leaves. */
  #takeOver(heir: CustomerId): void {
    for (const move of this.#loaded.moves.filter(({ to }) => to === heir)) {
      this.#taken.push(move.id);
      for (const [seed, variant] of Object.entries(move.assignments)) this.#assign(heir, { seed, variant });
      for (const event of move.recent) this.#recent.add(heir, event);
      for (const belongings of move.journeys) this.#takeOverJourney(move, belongings);
    }
  }

  #takeOverJourney({ id: moveId, from, to }: CustomerMove, { ledger, instances, ...of }: JourneyBelongings): void {
    const key = { ...of, customerId: to };
    const before = this.#ledgers.get(ledgerKey(key))?.ledger ?? NO_ENTRIES;
    const rivals = [...this.#of(to).values()].filter((each) => isActiveBy(each, key));
    this.#setLedger(key, mergeLedgers(before, ledger));
    for (const instance of instances) {
      const arrived = { ...instance, customerId: to, ordinal: before.entries + instance.ordinal };
      this.#of(to).set(arrived.id, arrived);
      this.#changed.add(arrived.id);
      const journey = this.#definitions.version(arrived.version);
      const trace: Trace[] = [{ at: this.#at, what: 'takenOver', from }];
      this.#remember(to, { ...this.#entryOf(journey, to), instanceId: arrived.id, trace });
      this.#settleBetween(arrived, rivals, moveId);
      this.#catchUp(arrived.id, to);
    }
  }

  #settleBetween(arrived: Instance, rivals: readonly Instance[], moveId: string): void {
    const { onMerge } = this.#definitions.version(arrived.version).policy;
    for (const rival of arrived.status === 'active' ? rivals : []) {
      const [one, other] = [arrived, rival].map(({ id }) => this.#of(arrived.customerId).get(id)!);
      if (one!.status === 'ended' || other!.status === 'ended') continue;
      const leaver = leaverOf(one!, other!, onMerge);
      if (leaver) this.#decide(leaver, { type: 'end', reason: 'MERGED' }, { id: `${TIMER}${moveId}` });
    }
  }

  /** What was told of an instance before it came. */
  #catchUp(id: InstanceId, customerId: CustomerId): void {
    for (const told of this.#recent.of(customerId)) {
      if (told.cause?.instanceId !== id) continue;
      const event = this.#ownEvent(customerId, told);
      this.#decide(this.#of(customerId).get(id)!, { type: 'event', event }, eventCause(event));
    }
  }

  /** Whether an event tells of an instance that is still on its way here. */
  #isAhead(event: CustomerEvent): boolean {
    const { mergedFrom = [] } = this.#context(event.customerId);
    if (mergedFrom.length === 0 || !settlesSomething(event)) return false;
    return !this.#of(event.customerId).has(event.cause!.instanceId!);
  }

  /** What became of the instance, in a word. */
  #workOnOne(job: JourneyJob, id: InstanceId): string {
    const instance = this.#loaded.instances.find((each) => each.id === id);
    const now = instance && this.#of(instance.customerId).get(id);
    if (now?.status !== 'active') return 'over';
    const journey = this.#definitions.version(job.type === 'migrate' ? job.to : now.version);
    this.#decide(now, this.#inputOf(job, now), { id: `${TIMER}${job.id}` }, journey);
    const after = this.#of(now.customerId).get(id)!;
    if (after === now) return 'stayed';
    return after.status === 'ended' ? 'ended' : WORDS[job.type];
  }

  #inputOf(job: JourneyJob, { version, step }: Instance): Input {
    if (job.type === 'stop') return { type: 'end', reason: 'STOPPED' };
    if (job.type === 'thaw') return { type: 'thaw', from: Date.parse(job.from), to: Date.parse(job.to) };
    const fromKind = this.#definitions.version(version).steps.get(step)!.kind;
    return { type: 'migrate', map: job.map, fromKind };
  }

  #decide(
    instance: Instance,
    input: Input,
    cause: Cause,
    journey: CompiledJourney = this.#definitions.version(instance.version),
  ): void {
    const decision = decide(journey, instance, input, this.#surroundings(instance.customerId));
    if (!decision.changed) return;
    this.#keep(journey, decision, cause);
    if (instance.status === 'active' && decision.instance.status === 'ended') this.#leave(decision.instance, cause);
    this.#makeCalls(decision, cause);
  }

  /** Resolves the gates of a journey; yields the instance, or why there is none. */
  #enter(journey: CompiledJourney, event: CustomerEvent): Called {
    const { customerId } = event;
    const surroundings = this.#surroundings(customerId);
    const key = {
      journeyId: journey.id,
      customerId,
      correlationKey: correlationKey(journey, event, surroundings) ?? '',
    };
    const ledger = this.#ledgers.get(ledgerKey(key))?.ledger ?? NO_ENTRIES;
    const door = {
      ledger,
      taken: this.#places.takenOf(journey.id),
      state: this.#definitions.controls.stateOf(journey.id),
    };
    const entry = enter(journey, event, door, surroundings);
    const cause = eventCause(event);
    if (!entry.entered) {
      const isQueued = entry.reason === 'JOURNEY_PAUSED' && this.#queue(journey, event);
      if (!isQueued) this.#tellAtDoor(journey, event, entry.trace);
      return { refused: entry.reason };
    }
    this.#setLedger(key, { ...ledger, entries: ledger.entries + 1, active: ledger.active + 1, lastEntryAt: this.#at });
    this.#places.take(journey, this.#batch.now);
    this.#outputs.push(enteredRecord(this.#emission(entry.instance, cause.id)));
    this.#keep(journey, { ...entry, effects: entry.effects.filter(({ type }) => type !== 'stage') }, cause);
    if (entry.instance.status === 'ended') this.#leave(entry.instance, cause);
    this.#makeCalls(entry, cause);
    return { instanceId: entry.instance.id };
  }

  #tellAtDoor(journey: CompiledJourney, { customerId, messageId }: CustomerEvent, trace: Trace[]): void {
    this.#remember(customerId, { ...this.#entryOf(journey, customerId), messageId, trace });
    this.#counts.traces(journey, trace);
  }

  /** Lets somebody wait at the door of a paused journey, if that is how it is paused; a journey that calls does not wait for it. */
  #queue(journey: CompiledJourney, event: CustomerEvent): boolean {
    const entrants = this.#definitions.controls.pauseOf(journey.id)?.entrants;
    if (entrants === undefined || entrants === 'discard' || event.name === OWN_EVENTS.journeyCalled) return false;
    const { now } = this.#batch;
    const expiresAt = addDuration(now, parseDuration(entrants.queue), 'UTC');
    this.#queued.push({ id: hashId('entrant', journey.id, event.messageId), journeyId: journey.id, event, expiresAt });
    this.#tellAtDoor(journey, event, [{ at: this.#at, what: 'queued', until: iso(expiresAt) }]);
    return true;
  }

  /** Enters the journeys that a decision calls, and tells the instance what became of it where it waits. */
  #makeCalls({ instance, effects }: Decision, cause: Cause): void {
    for (const effect of effects) {
      if (effect.type !== 'call') continue;
      const { journeyId, stepId, visit } = effect;
      const journey = this.#definitions.current.find(({ id, entry }) => id === journeyId && entry.isCallable);
      const called = journey ? this.#enter(journey, this.#callOf(instance, effect)) : { refused: 'JOURNEY_CLOSED' };
      const caller = this.#of(instance.customerId).get(instance.id)!;
      if (effect.wait)
        this.#decide(
          caller,
          { type: 'called', stepId, visit, called },
          { ...cause, id: `${cause.id} ${stepId} ${visit}` },
        );
    }
  }

  /** The entry event of an instance that another one calls. */
  #callOf({ id, customerId, journeyId }: Instance, { stepId, visit, data }: CallEffect): CustomerEvent {
    return this.#ownEvent(customerId, {
      messageId: hashId('call', id, stepId, String(visit)),
      name: OWN_EVENTS.journeyCalled,
      properties: data,
      timestamp: this.#at,
      cause: { instanceId: id, journeyId, stepId, visit },
    });
  }

  #ownEvent(customerId: CustomerId, { messageId, ...of }: RecentEvent): CustomerEvent {
    return {
      schemaVersion: SCHEMA_VERSION,
      type: 'track',
      messageId: messageId as CustomerEvent['messageId'],
      source: OWN_SOURCE,
      customerId,
      traits: {},
      receivedAt: this.#receivedAt ?? this.#at,
      contextVersion: this.#context(customerId).version,
      ...of,
    };
  }

  #keep(journey: CompiledJourney, { instance, effects, trace }: Decision, { id, messageId }: Cause): void {
    this.#of(instance.customerId).set(instance.id, instance);
    this.#changed.add(instance.id);
    for (const record of effectRecords(effects, this.#emission(instance, id))) this.#outputs.push(record);
    for (const effect of effects) if (effect.type === 'assigned') this.#assign(instance.customerId, effect);
    this.#counts.traces(journey, trace);
    if (trace.length === 0) return;
    this.#remember(instance.customerId, {
      ...this.#entryOf(journey, instance.customerId),
      instanceId: instance.id,
      messageId,
      trace,
    });
  }

  #leave(instance: Instance, { id }: Cause): void {
    const { journeyId, customerId, correlationKey: key } = instance;
    const entryKey = { journeyId, customerId, correlationKey: key };
    const ledger = this.#ledgers.get(ledgerKey(entryKey))?.ledger ?? NO_ENTRIES;
    this.#setLedger(entryKey, { ...ledger, active: Math.max(0, ledger.active - 1), lastExitAt: this.#at });
    this.#outputs.push(endedRecord(this.#emission(instance, id)));
  }

  /** An automatic act was undone in time: personalization makes its compensation. */
  #compensate({ customerId, cause, properties, contextVersion, receivedAt }: CustomerEvent): void {
    const { offerId } = properties;
    if (cause?.decisionId === undefined || typeof offerId !== 'string') return;
    const interaction: CompensateInteraction = {
      schemaVersion: SCHEMA_VERSION,
      type: 'compensate',
      customerId,
      requestedAt: this.#at,
      receivedAt,
      contextVersion,
      actionId: hashId('compensate', cause.decisionId, offerId) as CompensateInteraction['actionId'],
      cause,
      offerId,
      decisionId: cause.decisionId,
    };
    this.#outputs.push({ topic: 'interactions', key: customerId, value: JSON.stringify(interaction) });
  }

  get #at(): string {
    return iso(this.#batch.now);
  }

  #of(customerId: CustomerId): Map<string, Instance> {
    let its = this.#instances.get(customerId);
    if (!its) this.#instances.set(customerId, (its = new Map<string, Instance>()));
    return its;
  }

  #context(customerId: CustomerId): CustomerContext {
    return this.#loaded.contexts.get(customerId) ?? emptyContext(customerId);
  }

  #surroundings(customerId: CustomerId): Surroundings {
    const assignments = this.#assigned.get(customerId) ?? {};
    const recent = this.#recent.of(customerId);
    return { context: this.#context(customerId), now: this.#batch.now, hashId, assignments, recent };
  }

  /** As the store does, keeps the first assignment of a seed (R47): a later one is of a test with other variants. */
  #assign(customerId: CustomerId, { seed, variant }: { seed: string; variant: string }): void {
    this.#assignments.push({ customerId, seed, variant });
    this.#assigned.set(customerId, { [seed]: variant, ...this.#assigned.get(customerId) });
  }

  #emission(instance: Instance, inputId: string): Emission {
    return { instance, at: this.#at, receivedAt: this.#receivedAt, inputId, hashId };
  }

  #entryOf(
    { id, version }: Pick<CompiledJourney, 'id' | 'version'>,
    customerId: CustomerId,
  ): Omit<HistoryEntry, 'trace'> {
    return { at: this.#at, journeyId: id, version, contextVersion: this.#context(customerId).version };
  }

  #setLedger(key: EntryKey, ledger: EntryLedger): void {
    this.#ledgers.set(ledgerKey(key), { ...key, ledger });
    this.#changedLedgers.add(ledgerKey(key));
  }

  #remember(customerId: CustomerId, entry: HistoryEntry): void {
    const entries = this.#history.get(customerId);
    if (entries) entries.push(entry);
    else this.#history.set(customerId, [entry]);
  }
}

function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}

function eventCause({ messageId }: CustomerEvent): Cause {
  return { id: messageId, messageId };
}

function isActiveBy({ status, journeyId, correlationKey: key }: Instance, of: EntryKey): boolean {
  return status === 'active' && journeyId === of.journeyId && key === of.correlationKey;
}

/** Whether an event can still mean something to it. The store loads no other: what ended in this batch is as in a later one. */
function isOpen({ status, timers }: Instance): boolean {
  return status === 'active' || timers.conversion !== undefined;
}

function ledgerKey({ journeyId, customerId, correlationKey: key }: EntryKey): string {
  return JSON.stringify([journeyId, customerId, key]);
}
