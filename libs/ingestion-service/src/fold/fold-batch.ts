import { createHash } from 'node:crypto';
import {
  OWN_EVENTS,
  OWN_SOURCE,
  SCHEMA_VERSION,
  type CustomerEvent,
  type CustomerId,
  type RawEvent,
} from '@waymark/contracts';
import { emptyContext, foldEvent, givenUpFor, mergeContexts, type CustomerContext } from '@waymark/customer-context';
import type { IdentityKey, IngestionChanges, StoredEvent } from '@waymark/ports';
import { hashId, Outputs, type Batch, type Folded, type Measure } from '@waymark/stream';
import type { EventSchemas } from './compile-event-schemas.js';
import { refuseEvent } from './refuse-event.js';
import { resolveIdentity } from './resolve-identity.js';

/** The state of all keys of a batch. */
export interface Loaded {
  /** Message ids known, with the hash of their bodies. */
  known: ReadonlyMap<string, string>;
  links: ReadonlyMap<IdentityKey, CustomerId>;
  profiles: ReadonlyMap<CustomerId, CustomerContext>;
}

/** Refuses what is no event, deduplicates, resolves identities, checks schemas and folds each event into its customer's context. Pure. */
export function foldBatch(batch: Batch<RawEvent>, loaded: Loaded, schemas: EventSchemas): Folded<IngestionChanges> {
  const work = new Work(loaded, schemas);
  const rejected: NonNullable<Folded<IngestionChanges>['rejected']> = [];
  for (const { record, offset, traceparent } of batch.records) {
    const refused = refuseEvent(record, batch.now);
    if (refused) rejected.push({ offset, ...refused });
    else work.take(record, traceparent);
  }
  return { ...work.result(), rejected };
}

class Work {
  readonly #loaded: Loaded;
  readonly #schemas: EventSchemas;
  readonly #seen = new Map<string, string>();
  readonly #links: Map<IdentityKey, CustomerId>;
  readonly #changedLinks = new Map<IdentityKey, { customerId: CustomerId; expected: CustomerId | null }>();
  readonly #contexts = new Map<CustomerId, CustomerContext>();
  readonly #events: StoredEvent[] = [];
  readonly #outputs = new Outputs();
  readonly #duplicates: Measure[] = [];
  #mismatches = 0;

  constructor(loaded: Loaded, schemas: EventSchemas) {
    this.#loaded = loaded;
    this.#schemas = schemas;
    this.#links = new Map(loaded.links);
  }

  take(raw: RawEvent, traceparent: string | undefined): void {
    this.#outputs.traceparent = traceparent;
    const hash = bodyHash(raw);
    if (this.#isRepetition(raw, hash)) return;
    const customerId = this.#resolve(raw);
    const checked =
      raw.type === 'track' && raw.event !== undefined ? this.#schemas.get(raw.event)?.(raw.properties) : undefined;
    const event = customerEvent(raw, customerId, checked?.properties ?? raw.properties);
    const before = this.#context(customerId);
    const blocked = checked?.blocked ?? false;
    if (!blocked) this.#contexts.set(customerId, { ...foldEvent(before, event), version: before.version + 1 });
    event.contextVersion = this.#context(customerId).version;
    this.#events.push({ event, bodyHash: hash, violations: checked?.violations ?? [], blocked });
    if (!blocked) this.#outputs.push({ topic: 'events', key: customerId, value: JSON.stringify(event) });
  }

  result(): Folded<IngestionChanges> {
    const profiles = [...this.#contexts.values()].map((context) => ({
      context,
      expectedVersion: this.#loaded.profiles.get(context.id)?.version ?? 0,
    }));
    const changed = profiles.filter(({ context, expectedVersion }) => context.version !== expectedVersion);
    const identities = [...this.#changedLinks].map(([key, link]) => ({ key, ...link }));
    return {
      changes: { events: this.#events, identities, profiles: changed, mismatches: this.#mismatches },
      outputs: this.#outputs.records,
      measures: this.#duplicates,
    };
  }

  #isRepetition({ messageId }: RawEvent, hash: string): boolean {
    const known = this.#seen.get(messageId) ?? this.#loaded.known.get(messageId);
    if (known === undefined) {
      this.#seen.set(messageId, hash);
      return false;
    }
    this.#duplicates.push({ what: 'duplicate' });
    if (known !== hash) this.#mismatches += 1;
    return true;
  }

  #resolve(raw: RawEvent): CustomerId {
    const { customerId, link, absorb } = resolveIdentity(raw, this.#links, (id) => this.#context(id).version > 0);
    if (link) {
      this.#links.set(link.key, link.customerId);
      const { expected } = this.#changedLinks.get(link.key) ?? link;
      this.#changedLinks.set(link.key, { customerId: link.customerId, expected });
    }
    const absorbed = absorb && this.#context(absorb);
    if (absorbed && absorbed.version > 0) {
      const before = this.#context(customerId);
      this.#contexts.set(customerId, { ...mergeContexts(before, absorbed), version: before.version + 1 });
      this.#contexts.set(absorbed.id, givenUpFor(absorbed, customerId));
      this.#outputs.push({
        topic: 'events',
        key: absorbed.id,
        value: JSON.stringify(merged(raw, absorbed, customerId)),
      });
    }
    return customerId;
  }

  #context(id: CustomerId): CustomerContext {
    return this.#contexts.get(id) ?? this.#loaded.profiles.get(id) ?? emptyContext(id);
  }
}

const NAMES: Partial<Record<RawEvent['type'], string>> = { identify: 'Identify', group: 'Group', alias: 'Alias' };

function customerEvent(raw: RawEvent, customerId: CustomerId, properties: RawEvent['properties']): CustomerEvent {
  const { type, messageId, source, traits, timestamp, receivedAt, cause, groupId } = raw;
  return {
    schemaVersion: SCHEMA_VERSION,
    type,
    messageId,
    source,
    customerId,
    name: raw.event ?? NAMES[type] ?? type,
    properties: groupId === undefined ? properties : { ...properties, groupId },
    traits,
    timestamp,
    receivedAt,
    contextVersion: 0,
    cause,
  };
}

/** What the services that work for a customer hear when she is given up for another (R61). */
function merged(
  { messageId, timestamp, receivedAt }: RawEvent,
  loser: CustomerContext,
  into: CustomerId,
): CustomerEvent {
  return {
    schemaVersion: SCHEMA_VERSION,
    type: 'alias',
    messageId: hashId('merged', loser.id, into, messageId) as CustomerEvent['messageId'],
    source: OWN_SOURCE,
    customerId: loser.id,
    name: OWN_EVENTS.customerMerged,
    properties: { into },
    traits: {},
    timestamp,
    receivedAt,
    contextVersion: loser.version + 1,
  };
}

/** What two sendings of one message have in common: not the times, which a retry corrects differently. */
function bodyHash({ type, userId, anonymousId, previousId, groupId, event, properties, traits }: RawEvent): string {
  const body = JSON.stringify([type, userId, anonymousId, previousId, groupId, event, properties, traits]);
  return createHash('sha256').update(body).digest('base64url').slice(0, 22);
}
