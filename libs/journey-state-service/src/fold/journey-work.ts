import {
  OWN_EVENTS,
  ownEvent,
  type CustomerEvent,
  type CustomerId,
  type EpochMs,
  type InstanceId,
} from '@waymark/contracts';
import { addDuration, emptyContext, own, parseDuration, type CustomerContext } from '@waymark/customer-context';
import {
  NO_ENTRIES,
  correlationKey,
  decide as decideInstance,
  dueAtOf,
  enter as enterJourney,
  type Called,
  type CompiledJourney,
  type Decision,
  type Effect,
  type Entry,
  type EntryLedger,
  type Input,
  type Instance,
  type Surroundings,
  type Trace,
} from '@waymark/journey-engine';
import {
  frozenBy,
  type EntryKey,
  type HistoryEntry,
  type JobProgress,
  type JourneyChanges,
  type JourneyState,
  type RecentEvent,
} from '@waymark/ports';
import { hashId, Outputs, type Batch, type Folded, type Measure } from '@waymark/stream';
import { Assignments } from './assignments.js';
import { Counts } from './counts.js';
import type { JourneyDefinitions } from './definitions.js';
import { effectRecords, endedRecord, enteredRecord, type Emission } from './effect-records.js';
import { Places } from './places.js';
import { CustomersRecentEvents } from './recent-events.js';
import { Told } from './told.js';

/** The state of all customers of a batch, and one snapshot of each one's context (R14). */
export interface Loaded extends JourneyState {
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
}

/** What moves an instance: its id makes the ids of the records it causes. */
export interface Cause {
  id: string;
  /** The event's, where it is one. */
  messageId?: string;
}

/** Begins the id of a cause that is no event; no message id has a NUL in it. */
const TIMER = 'timer\u0000';

/** What falls due by itself, as a cause. */
export function clockCause(what: string): Cause {
  return { id: `${TIMER}${what}` };
}

export function eventCause({ messageId }: CustomerEvent): Cause {
  return { id: messageId, messageId };
}

type CallEffect = Extract<Effect, { type: 'call' }>;

/** A batch at work: the instances of its customers, and everything that is to be saved of them. Lives for one fold. */
export class JourneyWork {
  readonly batch: Batch<CustomerEvent>;
  readonly loaded: Loaded;
  readonly definitions: JourneyDefinitions;
  readonly outputs = new Outputs();
  readonly recent: CustomersRecentEvents;
  readonly assignments: Assignments;
  readonly entrants: JourneyChanges['entrants'] = { queued: [], gone: [] };
  readonly moves: JourneyChanges['moves'] = { given: [], taken: [] };
  job: JobProgress | undefined;
  readonly #instances = new Map<CustomerId, Map<string, Instance>>();
  readonly #changed = new Set<string>();
  readonly #removed: InstanceId[] = [];
  readonly #ledgers = new Map<string, EntryKey & { ledger: EntryLedger }>();
  readonly #changedLedgers = new Set<string>();
  readonly #history = new Told();
  readonly #notEligible = new Told();
  readonly #counts = new Counts();
  readonly #fired: Measure[] = [];
  readonly #places: Places;
  readonly #frozen: ReadonlySet<string>;
  /** When the event being taken came in; undefined where something falls due by itself. */
  #receivedAt: string | undefined;

  constructor(batch: Batch<CustomerEvent>, loaded: Loaded, definitions: JourneyDefinitions) {
    this.batch = batch;
    this.loaded = loaded;
    this.definitions = definitions;
    this.recent = new CustomersRecentEvents(loaded.recent);
    this.assignments = new Assignments(loaded);
    this.#places = new Places(loaded.places);
    this.#frozen = frozenBy(definitions.controls.inUse, loaded.jobs);
    for (const instance of loaded.instances) this.#of(instance.customerId).set(instance.id, instance);
    for (const entry of loaded.ledgers) this.#ledgers.set(ledgerKey(entry), entry);
  }

  /** What follows is caused by an event that came in, or falls due by itself. */
  causedBy(event: { receivedAt: string; traceparent: string | undefined } | 'the clock'): void {
    this.#receivedAt = event === 'the clock' ? undefined : event.receivedAt;
    this.outputs.traceparent = event === 'the clock' ? this.batch.traceparent : event.traceparent;
  }

  /** Fires what is due at or before `until`, earliest first; a timer set meanwhile may be among them. */
  fireTimers(customerId: CustomerId, until: number): void {
    this.causedBy('the clock');
    const upTo = Math.min(until, this.batch.now);
    for (;;) {
      const due = [...this.#of(customerId).values()].filter(
        (instance) => (dueAtOf(instance) ?? Infinity) <= upTo && !this.#frozen.has(instance.journeyId),
      );
      const first = due.sort((a, b) => dueAtOf(a)! - dueAtOf(b)!)[0];
      if (!first) return;
      const dueAt = dueAtOf(first)!;
      this.#fired.push({ what: 'timer', service: 'journey-state', latenessMs: this.batch.now - dueAt });
      this.decide(first, { type: 'timer' }, clockCause(`${dueAt} ${first.visitsTotal}`));
    }
  }

  /** A customer's instances, as they are by now. */
  instancesOf(customerId: CustomerId): Instance[] {
    return [...this.#of(customerId).values()];
  }

  instance(customerId: CustomerId, id: InstanceId): Instance | undefined {
    return this.#of(customerId).get(id);
  }

  put(instance: Instance): void {
    this.#of(instance.customerId).set(instance.id, instance);
    this.#changed.add(instance.id);
  }

  /** An instance is no longer this customer's. */
  remove({ id, customerId }: Instance): void {
    this.#of(customerId).delete(id);
    this.#changed.delete(id);
    this.#removed.push(id);
  }

  result(): Folded<JourneyChanges> {
    const instances = [...this.#instances.values()]
      .flatMap((its) => [...its.values()])
      .filter(({ id }) => this.#changed.has(id));
    const changes = {
      instances,
      ledgers: [...this.#changedLedgers].map((key) => this.#ledgers.get(key)!),
      assignments: this.assignments.changes,
      history: this.#history.list(),
      notEligible: this.#notEligible.list(),
      counts: this.#counts.list(),
      variants: this.#counts.variants(),
      recent: this.recent.changes(this.batch.now + this.definitions.recentMs),
      places: this.#places.changes(),
      entrants: this.entrants,
      job: this.job,
      removed: this.#removed,
      moves: this.moves,
    };
    return { changes, outputs: this.outputs.records, measures: this.#fired };
  }

  /** Decides by an input, and does what comes of it; by the version the instance is in, unless another is given. */
  decide(
    instance: Instance,
    input: Input,
    cause: Cause,
    journey: CompiledJourney = this.definitions.version(instance.version),
  ): void {
    const decision = decideInstance(journey, instance, input, this.#surroundings(instance.customerId));
    if (!decision.changed) return;
    this.#keep(journey, decision, cause);
    if (instance.status === 'active' && decision.instance.status === 'ended') this.#leave(decision.instance, cause);
    this.#makeCalls(decision, cause);
  }

  /** Resolves the gates of a journey; yields the instance, or why there is none. `origin`: whose it is, if not this customer's (R61). */
  enter(journey: CompiledJourney, event: CustomerEvent, origin?: CustomerId): Called {
    const { customerId } = event;
    const surroundings = this.#surroundings(customerId);
    const key = {
      journeyId: journey.id,
      customerId,
      correlationKey: correlationKey(journey, event, surroundings) ?? '',
    };
    const ledger = this.ledger(key);
    const door = {
      ledger,
      taken: this.#places.takenOf(journey.id),
      state: this.definitions.controls.stateOf(journey.id),
    };
    const entry = ofOrigin(enterJourney(journey, event, door, surroundings), origin);
    const cause = eventCause(event);
    if (!entry.entered) {
      const isQueued = entry.reason === 'JOURNEY_PAUSED' && this.#queue(journey, event);
      if (!isQueued) this.tellAtDoor(journey, event, entry.trace);
      return { refused: entry.reason };
    }
    this.setLedger(key, withEntry(ledger, this.at, origin));
    this.#places.take(journey, this.batch.now);
    this.outputs.push(enteredRecord(this.#emission(entry.instance, cause.id)));
    this.#keep(journey, { ...entry, effects: entry.effects.filter(({ type }) => type !== 'stage') }, cause);
    if (entry.instance.status === 'ended') this.#leave(entry.instance, cause);
    this.#makeCalls(entry, cause);
    return { instanceId: entry.instance.id };
  }

  /** R3: what is told of whom the condition refuses is kept apart; what has become of a call belongs to who calls. */
  tellAtDoor(journey: CompiledJourney, { customerId, messageId, name }: CustomerEvent, trace: Trace[]): void {
    const isNotEligible = trace.some((each) => each.what === 'refused' && each.reason === 'NOT_ELIGIBLE');
    const told = isNotEligible && name !== OWN_EVENTS.journeyCalled ? this.#notEligible : this.#history;
    told.add(customerId, { ...this.entryOf(journey, customerId), messageId, trace });
    this.#counts.traces(journey, trace);
  }

  /** Lets somebody wait at the door of a paused journey, if that is how it is paused; a journey that calls does not wait for it. */
  #queue(journey: CompiledJourney, event: CustomerEvent): boolean {
    const entrants = this.definitions.controls.pauseOf(journey.id)?.entrants;
    if (entrants === undefined || entrants === 'discard' || event.name === OWN_EVENTS.journeyCalled) return false;
    const { now } = this.batch;
    const expiresAt = addDuration(now, parseDuration(entrants.queue), 'UTC');
    this.entrants.queued.push({
      id: hashId('entrant', journey.id, event.messageId),
      journeyId: journey.id,
      event,
      expiresAt,
    });
    this.tellAtDoor(journey, event, [{ at: this.at, what: 'queued', until: iso(expiresAt) }]);
    return true;
  }

  /** Enters the journeys that a decision calls, and tells the instance what became of it where it waits. */
  #makeCalls({ instance, effects }: Decision, cause: Cause): void {
    for (const effect of effects) {
      if (effect.type !== 'call') continue;
      const { journeyId, stepId, visit } = effect;
      const journey = this.definitions.current.find(({ id, entry }) => id === journeyId && entry.isCallable);
      const origin = instance.origin?.customerId;
      const called = journey
        ? this.enter(journey, this.#callOf(instance, effect), origin)
        : { refused: 'JOURNEY_CLOSED' };
      const caller = this.instance(instance.customerId, instance.id)!;
      if (effect.wait)
        this.decide(
          caller,
          { type: 'called', stepId, visit, called },
          { ...cause, id: `${cause.id} ${stepId} ${visit}` },
        );
    }
  }

  /** The entry event of an instance that another one calls. */
  #callOf({ id, customerId, journeyId }: Instance, { stepId, visit, data }: CallEffect): CustomerEvent {
    return this.ownEvent(customerId, {
      messageId: hashId('call', id, stepId, String(visit)),
      name: OWN_EVENTS.journeyCalled,
      properties: data,
      timestamp: this.at,
      cause: { instanceId: id, journeyId, stepId, visit },
    });
  }

  ownEvent(customerId: CustomerId, { messageId, ...of }: RecentEvent): CustomerEvent {
    return ownEvent({
      messageId: messageId as CustomerEvent['messageId'],
      customerId,
      receivedAt: this.#receivedAt ?? this.at,
      contextVersion: this.context(customerId).version,
      ...of,
    });
  }

  #keep(journey: CompiledJourney, { instance, effects, trace }: Decision, { id, messageId }: Cause): void {
    this.put(instance);
    for (const record of effectRecords(effects, this.#emission(instance, id))) this.outputs.push(record);
    for (const effect of effects) {
      if (effect.type === 'assigned') this.assignments.assign(instance.customerId, effect);
      if (effect.type === 'exposed') this.assignments.expose(instance.customerId, effect);
    }
    this.#counts.traces(journey, trace);
    if (trace.length === 0) return;
    this.remember(instance.customerId, {
      ...this.entryOf(journey, instance.customerId),
      instanceId: instance.id,
      messageId,
      trace,
    });
  }

  #leave(instance: Instance, { id }: Cause): void {
    const { journeyId, customerId, correlationKey: key } = instance;
    const entryKey = { journeyId, customerId, correlationKey: key };
    const ledger = this.ledger(entryKey);
    this.setLedger(entryKey, { ...ledger, active: Math.max(0, ledger.active - 1), lastExitAt: this.at });
    this.outputs.push(endedRecord(this.#emission(instance, id)));
  }

  get at(): string {
    return iso(this.batch.now);
  }

  #of(customerId: CustomerId): Map<string, Instance> {
    let its = this.#instances.get(customerId);
    if (!its) this.#instances.set(customerId, (its = new Map<string, Instance>()));
    return its;
  }

  context(customerId: CustomerId): CustomerContext {
    return this.loaded.contexts.get(customerId) ?? emptyContext(customerId);
  }

  #surroundings(customerId: CustomerId): Surroundings {
    return {
      context: this.context(customerId),
      now: this.batch.now,
      hashId,
      recent: this.recent.seen(customerId),
      ...this.assignments.of(customerId),
    };
  }

  #emission(instance: Instance, inputId: string): Emission {
    return { instance, at: this.at, receivedAt: this.#receivedAt, inputId, hashId };
  }

  entryOf(
    { id, version }: Pick<CompiledJourney, 'id' | 'version'>,
    customerId: CustomerId,
  ): Omit<HistoryEntry, 'trace'> {
    return { at: this.at, journeyId: id, version, contextVersion: this.context(customerId).version };
  }

  ledger(key: EntryKey): EntryLedger {
    return this.#ledgers.get(ledgerKey(key))?.ledger ?? NO_ENTRIES;
  }

  ledgersOf(of: CustomerId): (EntryKey & { ledger: EntryLedger })[] {
    return [...this.#ledgers.values()].filter(({ customerId }) => customerId === of);
  }

  setLedger(key: EntryKey, ledger: EntryLedger): void {
    this.#ledgers.set(ledgerKey(key), { ...key, ledger });
    this.#changedLedgers.add(ledgerKey(key));
  }

  remember(customerId: CustomerId, entry: HistoryEntry): void {
    this.#history.add(customerId, entry);
  }
}

/** Whoever is called goes where goes who calls. */
function ofOrigin(entry: Entry, customerId: CustomerId | undefined): Entry {
  if (!entry.entered || customerId === undefined) return entry;
  return { ...entry, instance: { ...entry.instance, origin: { customerId } } };
}

function withEntry(ledger: EntryLedger, at: string, origin: CustomerId | undefined): EntryLedger {
  const { entries, active, ordinal, others } = ledger;
  const newest = ordinal === undefined ? {} : { ordinal: ordinal + 1 };
  const made = origin !== undefined && { others: { ...others, [origin]: (own(others ?? {}, origin) ?? 0) + 1 } };
  return { ...ledger, entries: entries + 1, active: active + 1, ...newest, ...made, lastEntryAt: at };
}

export function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}

function ledgerKey({ journeyId, customerId, correlationKey: key }: EntryKey): string {
  return JSON.stringify([journeyId, customerId, key]);
}
