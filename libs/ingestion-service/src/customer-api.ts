import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  WaymarkError,
  customerIdSchema,
  instantSchema,
  type CustomerId,
  type EpochMs,
  type JsonObject,
  type MessageId,
  type RawEvent,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { Clock, IdentityKey, IngestionStore, Merge, StoredEvent } from '@waymark/ports';
import { hashId } from '@waymark/stream';
import { z } from 'zod';
import type { Acceptor } from './accept/acceptor.js';
import { customerBehind, customerOfKey, linksBehind } from './fold/resolve-identity.js';

export interface CustomerApiOptions {
  store: IngestionStore;
  acceptor: Pick<Acceptor, 'emit'>;
  clock: Clock;
  /** A new message id. */
  newMessageId: () => string;
}

/** Merges told of a customer, at most. */
const MERGES_MAX = 100;

/** That `from` turned out to be `to`. */
export const customerMergeSchema = z
  .object({
    id: z.string(),
    from: customerIdSchema,
    to: customerIdSchema,
    at: instantSchema,
    undoUntil: instantSchema,
    undoneAt: instantSchema.optional(),
  })
  .meta({ id: 'CustomerMerge' });
export type CustomerMerge = z.infer<typeof customerMergeSchema>;

function mergeView({ id, from, to, at, undoUntil, undoneAt }: Merge): CustomerMerge {
  const undone = undoneAt !== undefined && { undoneAt: iso(undoneAt) };
  return { id, from, to, at: iso(at), undoUntil: iso(undoUntil), ...undone };
}

function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}

/** What can be asked and told of one customer. Every change is an event, so that it travels and is explained like any other. */
export class CustomerApi {
  readonly #options: CustomerApiOptions;

  constructor(options: CustomerApiOptions) {
    this.#options = options;
  }

  /** The customer an id stands for: a customer id, a userId or an anonymousId. Rejects with NOT_FOUND. */
  async resolve(id: string): Promise<CustomerId> {
    const { store } = this.#options;
    const keys: IdentityKey[] = [`user:${id}`, `anonymous:${id}`];
    const links = await linksBehind(keys, (wanted) => store.identities(wanted));
    const linked = keys.filter((key) => links.has(key)).map((key) => customerBehind(key, links));
    const candidates = [...linked, ...keys.map(customerOfKey)];
    const known = await store.profiles(candidates);
    const found = candidates.find((candidate) => known.has(candidate));
    if (found === undefined) throw new WaymarkError('NOT_FOUND', `no customer is known by the id "${id}"`);
    return found;
  }

  async context(id: string): Promise<CustomerContext> {
    const customerId = await this.resolve(id);
    return (await this.#options.store.profiles([customerId])).get(customerId)!;
  }

  async events(id: string, limit: number): Promise<StoredEvent[]> {
    return this.#options.store.events(await this.resolve(id), limit);
  }

  /** Messages that came again with another body (R71). */
  mismatches(): Promise<number> {
    return this.#options.store.mismatches();
  }

  async setTraits(id: string, traits: JsonObject): Promise<void> {
    await this.#emit(await this.resolve(id), { type: 'identify', properties: {}, traits });
  }

  async setConsent(id: string, consent: { channel: string; purpose: string; status: string }): Promise<void> {
    await this.#emit(await this.resolve(id), {
      type: 'track',
      event: OWN_EVENTS.consentUpdated,
      properties: consent,
      traits: {},
    });
  }

  async setAgency(id: string, agency: { category: string; level: string; source: string }): Promise<void> {
    await this.#emit(await this.resolve(id), {
      type: 'track',
      event: OWN_EVENTS.agencyUpdated,
      properties: agency,
      traits: {},
    });
  }

  /** The merges by which others turned out to be her, the newest first, those that have been undone too. */
  async merges(id: string): Promise<CustomerMerge[]> {
    return (await this.#mergesOf(await this.context(id))).map(mergeView);
  }

  /** Takes a merge back, within 30 days. Rejects with NOT_FOUND, UNDO_DONE, UNDO_EXPIRED, STATE_CONFLICT. */
  async undoMerge(id: string, mergeId: string): Promise<void> {
    const context = await this.context(id);
    const merge = (await this.#mergesOf(context)).find((each) => each.id === mergeId);
    if (!merge) throw new WaymarkError('NOT_FOUND', `nobody turned out to be ${context.id} by a merge ${mergeId}`);
    const { to, undoneAt, undoUntil } = merge;
    if (undoneAt !== undefined) throw new WaymarkError('UNDO_DONE', `it was undone on ${iso(undoneAt)}`);
    if (this.#options.clock.now() > undoUntil)
      throw new WaymarkError('UNDO_EXPIRED', `it could be undone until ${iso(undoUntil)}`);
    if (to !== context.id)
      throw new WaymarkError('STATE_CONFLICT', `${to} turned out to be ${context.id} since: undo that first`);
    const of = { type: 'track', event: OWN_EVENTS.mergeUndoRequested, properties: { mergeId }, traits: {} } as const;
    await this.#emit(context.id, { ...of, messageId: this.#askedNow(mergeId) });
  }

  /** Asked for twice at once it is one request; later it is another, which may find that the first came to nothing. */
  #askedNow(mergeId: string): MessageId {
    return hashId('undo merge', mergeId, String(this.#options.clock.now())) as MessageId;
  }

  #mergesOf({ id, mergedFrom = [] }: CustomerContext): Promise<Merge[]> {
    return this.#options.store.mergesInto([id, ...mergedFrom], MERGES_MAX);
  }

  async #emit(
    customerId: CustomerId,
    event: Pick<RawEvent, 'type' | 'event' | 'properties' | 'traits'> & { messageId?: MessageId },
  ): Promise<void> {
    const now = new Date(this.#options.clock.now()).toISOString();
    await this.#options.acceptor.emit([
      {
        messageId: this.#options.newMessageId() as MessageId,
        ...event,
        schemaVersion: SCHEMA_VERSION,
        source: OWN_SOURCE,
        customerId,
        context: {},
        timestamp: now,
        receivedAt: now,
      },
    ]);
  }
}
