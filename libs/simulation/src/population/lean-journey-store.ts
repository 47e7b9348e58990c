import type { CustomerId, EpochMs, InstanceId } from '@waymark/contracts';
import { dueAtOf, isOpen, type EntryLedger, type Instance } from '@waymark/journey-engine';
import {
  ExclusiveInstances,
  KnownVariants,
  MemoryJourneyStore,
  type BatchCommit,
  type CustomerMove,
  type EntryKey,
  type JourneyChanges,
  type JourneyState,
  type JourneyStore,
  type RecentEvent,
} from '@waymark/ports';
import { DueKeys } from './due-keys.js';

/** What journeys know of one customer. */
interface Life {
  instances: Map<InstanceId, Instance>;
  ledgers: Map<string, EntryKey & { ledger: EntryLedger }>;
  recent?: { events: RecentEvent[]; keepUntil: EpochMs };
}

/**
 * Journey-state's store for a population: by customer, so that a batch costs what its customers cost. What has ended, and
 * whose conversion window has, is dropped, as is all history; entry ledgers stay (R2). There are no pauses and no jobs.
 */
export class LeanJourneyStore extends MemoryJourneyStore {
  readonly due = new DueKeys<CustomerId>();
  readonly #lives = new Map<CustomerId, Life>();
  readonly #moves = new Map<CustomerId, CustomerMove[]>();
  readonly #places = new Map<string, { version: number; enteredAt: EpochMs[] }>();
  readonly #variants = new KnownVariants();
  readonly #exclusive = new ExclusiveInstances();
  #active = 0;

  /** Instances that are open now. */
  get open(): number {
    return this.#active;
  }

  override async load({
    customerIds,
    now,
    dueMax,
    recent,
    heirs,
    places,
  }: Parameters<JourneyStore['load']>[0]): Promise<JourneyState> {
    const customers = new Set([...customerIds, ...this.due.due(now, dueMax)]);
    const state: JourneyState = {
      instances: [],
      ledgers: [],
      ...this.#variants.of(customers),
      recent: new Map<CustomerId, RecentEvent[]>(),
      places: places.map(({ journeyId, since }) => this.#taken(journeyId, since)),
      moves: heirs.flatMap((id) => this.#moves.get(id) ?? []),
      entrants: [],
      leaving: [],
      jobs: [],
    };
    for (const id of customers) {
      const life = this.#lives.get(id);
      if (!life) continue;
      state.instances.push(...life.instances.values());
      state.ledgers.push(...life.ledgers.values());
      if (recent && life.recent) state.recent.set(id, life.recent.events);
    }
    return state;
  }

  override async nextDueAt(): Promise<EpochMs | undefined> {
    return this.due.nextAt();
  }

  protected override check(changes: JourneyChanges): void {
    this.#exclusive.check(changes);
  }

  protected override apply(changes: JourneyChanges, { now }: BatchCommit<JourneyChanges>): void {
    this.#exclusive.apply(changes, (id) => this.#handedOn(changes, id));
    const touched = this.#move(changes);
    for (const instance of changes.instances) {
      this.#keep(this.#life(instance.customerId), instance);
      touched.add(instance.customerId);
    }
    for (const entry of changes.ledgers)
      this.#life(entry.customerId).ledgers.set(`${entry.journeyId} ${entry.correlationKey}`, entry);
    this.#variants.take(changes.assignments);
    for (const { customerId, events, keepUntil } of changes.recent)
      this.#life(customerId).recent = { events, keepUntil };
    for (const { journeyId, expected, enteredAt, since } of changes.places) {
      const kept = (this.#places.get(journeyId)?.enteredAt ?? []).filter((at) => at > since);
      this.#places.set(journeyId, { version: expected + 1, enteredAt: [...kept, ...enteredAt] });
    }
    for (const id of touched) this.#settle(id, now);
  }

  /** An instance that a batch hands on. */
  #handedOn({ moves }: JourneyChanges, id: InstanceId): Instance | undefined {
    return moves.given.flatMap(({ from }) => this.#lives.get(from)?.instances.get(id) ?? [])[0];
  }

  /** Those who have handed something on. */
  #move({ removed, moves }: JourneyChanges): Set<CustomerId> {
    const gone = new Set(removed);
    for (const move of moves.given) {
      const its = this.#lives.get(move.from)?.instances;
      for (const id of its ? [...its.keys()] : []) if (gone.has(id) && its!.delete(id)) this.#active -= 1;
      this.#moves.set(move.to, [...(this.#moves.get(move.to) ?? []), move]);
    }
    for (const [heir, its] of moves.taken.length === 0 ? [] : this.#moves) {
      const left = its.filter(({ id }) => !moves.taken.includes(id));
      if (left.length === 0) this.#moves.delete(heir);
      else this.#moves.set(heir, left);
    }
    return new Set(moves.given.map(({ from }) => from).filter((id) => this.#lives.has(id)));
  }

  #keep({ instances }: Life, instance: Instance): void {
    const before = instances.size;
    if (isOpen(instance)) instances.set(instance.id, instance);
    else instances.delete(instance.id);
    this.#active += instances.size - before;
  }

  /** When the customer falls due next; what she was listened to for and nobody asks about any more is forgotten. */
  #settle(id: CustomerId, now: EpochMs): void {
    const life = this.#lives.get(id)!;
    let next = Infinity;
    for (const instance of life.instances.values()) next = Math.min(next, dueAtOf(instance) ?? Infinity);
    this.due.set(id, next === Infinity ? undefined : next);
    if (life.recent && life.recent.keepUntil < now) delete life.recent;
  }

  #taken(journeyId: string, since: EpochMs): JourneyState['places'][number] {
    const { version, enteredAt } = this.#places.get(journeyId) ?? { version: 0, enteredAt: [] };
    return { journeyId, version, taken: enteredAt.filter((at) => at > since).length };
  }

  #life(id: CustomerId): Life {
    let life = this.#lives.get(id);
    if (!life) this.#lives.set(id, (life = { instances: new Map(), ledgers: new Map() }));
    return life;
  }
}
