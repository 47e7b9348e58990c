import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  WaymarkError,
  type CustomerId,
  type JsonObject,
  type MessageId,
  type RawEvent,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { Clock, IdentityKey, IngestionStore, StoredEvent } from '@waymark/ports';
import type { Acceptor } from './accept/acceptor.js';
import { customerBehind, customerOfKey, linksBehind } from './fold/resolve-identity.js';

export interface CustomerApiOptions {
  store: IngestionStore;
  acceptor: Pick<Acceptor, 'emit'>;
  clock: Clock;
  /** A new message id. */
  newMessageId: () => string;
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

  async #emit(
    customerId: CustomerId,
    event: Pick<RawEvent, 'type' | 'event' | 'properties' | 'traits'>,
  ): Promise<void> {
    const now = new Date(this.#options.clock.now()).toISOString();
    const messageId = this.#options.newMessageId() as MessageId;
    await this.#options.acceptor.emit([
      {
        ...event,
        schemaVersion: SCHEMA_VERSION,
        messageId,
        source: OWN_SOURCE,
        customerId,
        context: {},
        timestamp: now,
        receivedAt: now,
      },
    ]);
  }
}
