import { WaymarkError, type CustomerId, type MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { MemoryBatchStore } from '../memory-batch-store.js';
import type { IdentityKey, IngestionChanges, IngestionStore, StoredEvent } from './ingestion-store.js';

/** Ingestion's store in memory. */
export class MemoryIngestionStore extends MemoryBatchStore<IngestionChanges> implements IngestionStore {
  readonly #events = new Map<MessageId, StoredEvent>();
  readonly #identities = new Map<IdentityKey, CustomerId>();
  readonly #profiles = new Map<CustomerId, CustomerContext>();
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
    return pick(this.#profiles, customerIds);
  }

  async events(customerId: CustomerId, limit: number): Promise<StoredEvent[]> {
    const all = [...this.#events.values()].filter(({ event }) => event.customerId === customerId);
    return all.sort(newestFirst).slice(0, limit);
  }

  async mismatches(): Promise<number> {
    return this.#mismatches;
  }

  protected check({ identities, profiles, events }: IngestionChanges): void {
    const changed =
      identities.some(({ key, expected }) => (this.#identities.get(key) ?? null) !== expected) ||
      profiles.some(
        ({ context, expectedVersion }) => (this.#profiles.get(context.id)?.version ?? 0) !== expectedVersion,
      ) ||
      events.some(({ event }) => this.#events.has(event.messageId));
    if (changed)
      throw new WaymarkError('STATE_CONFLICT', 'a profile, identity or event was written by another partition first');
  }

  protected apply({ identities, profiles, events, mismatches }: IngestionChanges): void {
    for (const { key, customerId } of identities) this.#identities.set(key, customerId);
    for (const { context } of profiles) this.#profiles.set(context.id, context);
    for (const stored of events) this.#events.set(stored.event.messageId, stored);
    this.#mismatches += mismatches;
  }
}

/** A blocked event leaves the version as it is. */
function newestFirst({ event: a }: StoredEvent, { event: b }: StoredEvent): number {
  return b.contextVersion - a.contextVersion || Date.parse(b.receivedAt) - Date.parse(a.receivedAt);
}

function pick<K, V>(from: ReadonlyMap<K, V>, keys: readonly K[]): Map<K, V> {
  return new Map(keys.flatMap((key) => (from.has(key) ? [[key, from.get(key)!]] : [])));
}
