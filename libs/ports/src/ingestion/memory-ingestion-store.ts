import { WaymarkError, type CustomerId, type EpochMs, type MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { BatchCommit } from '../batch-store.js';
import { MemoryBatchStore } from '../memory-batch-store.js';
import {
  madeEvent,
  MERGE_GRACE_MS,
  type IdentityKey,
  type IngestionChanges,
  type IngestionStore,
  type Merge,
  type MergeChanges,
  type StoredEvent,
} from './ingestion-store.js';
import { MemorySegments } from './memory-segments.js';
import { UNMARKED, type ScheduleState, type StoredProfile } from './segment-store.js';

/** Ingestion's store in memory. */
export class MemoryIngestionStore extends MemoryBatchStore<IngestionChanges> implements IngestionStore {
  readonly #events = new Map<MessageId, StoredEvent>();
  readonly #identities = new Map<IdentityKey, CustomerId>();
  readonly #profiles = new Map<CustomerId, StoredProfile & { partition: number }>();
  readonly #segments = new MemorySegments();
  readonly #merges = new Map<string, Merge>();
  #mismatches = 0;

  async knownMessages(messageIds: readonly string[]): Promise<Map<MessageId, string>> {
    const known = new Map<MessageId, string>();
    for (const id of messageIds as readonly MessageId[]) {
      const stored = this.#events.get(id);
      if (stored) known.set(id, stored.bodyHash);
    }
    return known;
  }

  async identities(keys: readonly IdentityKey[]): Promise<Map<IdentityKey, CustomerId>> {
    return pick(this.#identities, keys);
  }

  async profiles(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>> {
    return new Map([...pick(this.#profiles, customerIds)].map(([id, { context }]) => [id, context]));
  }

  async people(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, StoredProfile>> {
    return new Map([...pick(this.#profiles, customerIds)].map(([id, { context, mark }]) => [id, { context, mark }]));
  }

  async toEvaluate({ partition, set, now, max }: Parameters<IngestionStore['toEvaluate']>[0]): Promise<CustomerId[]> {
    const own = this.#ofPartition(partition);
    const due = own.filter(({ mark }) => (mark.dueAt ?? Infinity) <= now).sort((a, b) => a.mark.dueAt! - b.mark.dueAt!);
    const others = own.filter(({ mark }) => mark.set !== set);
    return [...new Set([...due.slice(0, max), ...others.slice(0, max)].map(({ context }) => context.id))];
  }

  async nextEvaluationAt(partition: number, set: string): Promise<EpochMs | undefined> {
    const moments = this.#ofPartition(partition).map(({ mark }) => (mark.set === set ? mark.dueAt : 0));
    const due = moments.filter((moment) => moment !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async membersToTell(
    wanted: Parameters<IngestionStore['membersToTell']>[0],
  ): Promise<{ customerId: CustomerId; version: number }[]> {
    return this.#segments
      .ofPartition(wanted)
      .map((customerId) => ({ customerId, version: this.#profiles.get(customerId)?.context.version ?? 0 }));
  }

  members(segmentId: string, page: { after: string | undefined; limit: number }): Promise<CustomerId[]> {
    return this.#segments.members(segmentId, page);
  }

  memberCounts(): Promise<Map<string, number>> {
    return this.#segments.memberCounts();
  }

  schedules(partition: number): Promise<ScheduleState[]> {
    return this.#segments.schedules(partition);
  }

  async merges(ids: readonly string[]): Promise<Map<string, Merge>> {
    return pick(this.#merges, ids);
  }

  async mergesInto(customerIds: readonly CustomerId[], limit: number): Promise<Merge[]> {
    const its = [...this.#merges.values()].filter(({ to }) => customerIds.includes(to));
    return its.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  async events(customerId: CustomerId, limit: number): Promise<StoredEvent[]> {
    const all = [...this.#events.values()].filter(({ event }) => event.customerId === customerId);
    return all.sort(newestFirst).slice(0, limit);
  }

  async mismatches(): Promise<number> {
    return this.#mismatches;
  }

  protected check({ identities, profiles, events, merges }: IngestionChanges): void {
    const isOpen = (id: string): boolean => this.#merges.has(id) && this.#merges.get(id)!.undoneAt === undefined;
    const changed =
      identities.some(({ key, expected }) => (this.#identities.get(key) ?? null) !== expected) ||
      profiles.some(
        ({ context, expectedVersion }) => (this.#profiles.get(context.id)?.context.version ?? 0) !== expectedVersion,
      ) ||
      events.some(({ event }) => this.#events.has(event.messageId)) ||
      (merges?.undone.some(({ id }) => !isOpen(id)) ?? false);
    if (changed)
      throw new WaymarkError(
        'STATE_CONFLICT',
        'a profile, identity, event or merge was written by another partition first',
      );
  }

  protected apply(changes: IngestionChanges, { partition, now }: BatchCommit<IngestionChanges>): void {
    const { identities, profiles, events, mismatches, made = [] } = changes;
    for (const { key, customerId } of identities)
      if (customerId === null) this.#identities.delete(key);
      else this.#identities.set(key, customerId);
    if (changes.merges) this.#changeMerges(changes.merges, now);
    for (const { context, mark = UNMARKED } of profiles) this.#profiles.set(context.id, { context, mark, partition });
    for (const stored of events) this.#events.set(stored.event.messageId, stored);
    for (const event of made)
      if (!this.#events.has(event.messageId)) this.#events.set(event.messageId, madeEvent(event));
    if (changes.members) this.#segments.changeMembers(partition, changes.members);
    if (changes.schedules) this.#segments.changeSchedules(partition, changes.schedules);
    this.#mismatches += mismatches;
  }

  #changeMerges({ made, undone }: MergeChanges, now: EpochMs): void {
    if (made.length > 0)
      for (const { id, undoUntil } of [...this.#merges.values()])
        if (undoUntil + MERGE_GRACE_MS < now) this.#merges.delete(id);
    for (const merge of made) this.#merges.set(merge.id, merge);
    for (const { id, at } of undone) {
      const { before: _, ...merge } = this.#merges.get(id)!;
      this.#merges.set(id, { ...merge, undoneAt: at });
    }
  }

  #ofPartition(partition: number): StoredProfile[] {
    return [...this.#profiles.values()].filter((profile) => profile.partition === partition);
  }
}

/** A blocked event leaves the version as it is. */
function newestFirst({ event: a }: StoredEvent, { event: b }: StoredEvent): number {
  return b.contextVersion - a.contextVersion || Date.parse(b.receivedAt) - Date.parse(a.receivedAt);
}

function pick<K, V>(from: ReadonlyMap<K, V>, keys: readonly K[]): Map<K, V> {
  return new Map(keys.flatMap((key) => (from.has(key) ? [[key, from.get(key)!]] : [])));
}
