import { OWN_SOURCE, type CustomerId, type EpochMs, type MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import {
  MemoryIngestionStore,
  MemorySegments,
  UNMARKED,
  type BatchCommit,
  type Clock,
  type IdentityKey,
  type IngestionChanges,
  type IngestionStore,
  type ScheduleState,
  type StoredProfile,
} from '@waymark/ports';
import { DueKeys } from './due-keys.js';

/** So long at least a repeated message is known for one (R71), in milliseconds. */
const DEDUPE_MS = 86_400_000;

/**
 * Ingestion's store for a population: profiles and identities; of events only the ids of the last day or two. The platform's
 * own events are not remembered at all: here nothing is delivered twice.
 */
export class LeanIngestionStore extends MemoryIngestionStore {
  readonly #clock: Clock;
  readonly #identities = new Map<IdentityKey, CustomerId>();
  readonly #profiles = new Map<CustomerId, StoredProfile>();
  readonly #segments = new MemorySegments();
  readonly #evaluations = new DueKeys<CustomerId>();
  /** An absorbed profile has nothing left in it. */
  readonly #absorbed = new Set<CustomerId>();
  #newest = new Map<MessageId, string>();
  #older = new Map<MessageId, string>();
  #turnsAt = -Infinity;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async knownMessages(messageIds: readonly string[]): Promise<Map<MessageId, string>> {
    const known = new Map<MessageId, string>();
    for (const id of messageIds as readonly MessageId[]) {
      const hash = this.#newest.get(id) ?? this.#older.get(id);
      if (hash !== undefined) known.set(id, hash);
    }
    return known;
  }

  override async identities(keys: readonly IdentityKey[]): Promise<Map<IdentityKey, CustomerId>> {
    return pick(this.#identities, keys);
  }

  override async profiles(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>> {
    return new Map([...pick(this.#profiles, customerIds)].map(([id, { context }]) => [id, context]));
  }

  override async people(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, StoredProfile>> {
    return pick(this.#profiles, customerIds);
  }

  override async toEvaluate({ now, max }: Parameters<IngestionStore['toEvaluate']>[0]): Promise<CustomerId[]> {
    return this.#evaluations.due(now, max);
  }

  override async nextEvaluationAt(): Promise<EpochMs | undefined> {
    return this.#evaluations.nextAt();
  }

  override async membersToTell(
    wanted: Parameters<IngestionStore['membersToTell']>[0],
  ): Promise<{ customerId: CustomerId; version: number }[]> {
    return this.#segments
      .ofPartition(wanted)
      .map((customerId) => ({ customerId, version: this.#profiles.get(customerId)?.context.version ?? 0 }));
  }

  override schedules(partition: number): Promise<ScheduleState[]> {
    return this.#segments.schedules(partition);
  }

  /** How many are known, without those whose profile another one has absorbed. */
  get customers(): number {
    return this.#profiles.size - this.#absorbed.size;
  }

  protected override check(): void {
    return;
  }

  protected override apply(
    { identities, profiles, events, members, schedules }: IngestionChanges,
    { partition }: BatchCommit<IngestionChanges>,
  ): void {
    this.#turn();
    for (const { key, customerId } of identities)
      if (customerId === null) this.#identities.delete(key);
      else this.#identities.set(key, customerId);
    if (members) this.#segments.changeMembers(partition, members);
    if (schedules) this.#segments.changeSchedules(partition, schedules);
    for (const { context, mark = UNMARKED } of profiles) {
      this.#profiles.set(context.id, { context, mark });
      this.#evaluations.set(context.id, mark.dueAt);
      if (Object.keys(context.counters).length === 0) this.#absorbed.add(context.id);
      else this.#absorbed.delete(context.id);
    }
    for (const { event, bodyHash } of events)
      if (event.source !== OWN_SOURCE) this.#newest.set(event.messageId, bodyHash);
  }

  #turn(): void {
    const now = this.#clock.now();
    if (now < this.#turnsAt) return;
    this.#older = now < this.#turnsAt + DEDUPE_MS ? this.#newest : new Map<MessageId, string>();
    this.#newest = new Map<MessageId, string>();
    this.#turnsAt = now + DEDUPE_MS;
  }
}

function pick<K, V>(from: ReadonlyMap<K, V>, keys: readonly K[]): Map<K, V> {
  const found = new Map<K, V>();
  for (const key of keys) {
    const value = from.get(key);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}
