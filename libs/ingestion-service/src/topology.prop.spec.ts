import { describe, expect, it } from '@jest/globals';
import {
  SCHEMA_VERSION,
  type CustomerEvent,
  type CustomerId,
  type JsonObject,
  type NewRecord,
  type RawEvent,
  type WorkspaceChange,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { IdentityKey, StoredEvent } from '@waymark/ports';
import fc from 'fast-check';
import { toRecord } from './accept/acceptor.js';
import { customerOfKey } from './fold/resolve-identity.js';
import { IngestionWorld, aVersion } from './testing/ingestion-world.js';
import { NOW, aRawEvent, anEventSchema, customer, message } from './testing/samples.js';

const USERS = ['ada', 'bob', 'cleo'];
const VISITORS = ['v1', 'v2', 'ada'];
const CUSTOMERS = [...USERS, ...VISITORS.map((id) => `anon~${id}`)].map(customer);
const KEYS: IdentityKey[] = [
  ...USERS.map((id): IdentityKey => `user:${id}`),
  ...[...USERS, ...VISITORS].map((id): IdentityKey => `anonymous:${id}`),
];

const ids = fc.oneof(
  fc.record({ userId: fc.constantFrom(...USERS) }),
  fc.record({ anonymousId: fc.constantFrom(...VISITORS) }),
  fc.record({ userId: fc.constantFrom(...USERS), anonymousId: fc.constantFrom(...VISITORS) }),
  fc.record({ customerId: fc.constantFrom(...CUSTOMERS) }),
);
const call = fc.oneof(
  fc.record({
    type: fc.constant('track' as const),
    event: fc.constantFrom('Cart Updated', 'Order Completed'),
    properties: fc.constantFrom<JsonObject[]>({}, { total: 5 }, { total: 'five', currency: 'EUR' }),
  }),
  fc.record({
    type: fc.constant('identify' as const),
    traits: fc.constantFrom<JsonObject[]>({ name: 'A' }, { name: 'B', lang: 'de' }, { lang: null }),
  }),
  fc.record({ type: fc.constant('page' as const), event: fc.constant('Page Viewed') }),
);
const event: fc.Arbitrary<Partial<RawEvent>> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(call, ids).map(([what, who]): Partial<RawEvent> => ({ ...what, ...who })) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('alias' as const),
      userId: fc.constantFrom(...USERS),
      previousId: fc.constantFrom(...USERS, ...VISITORS),
    }),
  },
);
/** A message id from a small pool is a repetition now and then. */
const sent = fc.record({
  event,
  messageNumber: fc.nat(40),
  second: fc.nat(59),
  onViolation: fc.oneof(
    { weight: 30, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('allow', 'omit', 'block') },
  ),
});
const events = fc.array(sent, { minLength: 2, maxLength: 40, size: 'max' });
type Sent = typeof sent extends fc.Arbitrary<infer T> ? T : never;

/** Events, and where one of them says so a change of the event schema before it. */
function recordsOf(all: readonly Sent[]): NewRecord[] {
  let revision = 0;
  return all.flatMap(({ event: over, messageNumber, second, onViolation }) => {
    const timestamp = new Date(Date.parse(NOW) + second * 1_000).toISOString();
    const record = toRecord(aRawEvent({ ...over, messageId: message(`m${messageNumber}`), timestamp }));
    if (onViolation === null) return [record];
    const resource = anEventSchema({ onViolation });
    const change: WorkspaceChange = {
      schemaVersion: SCHEMA_VERSION,
      type: 'workspace',
      revision: ++revision,
      changes: [{ op: 'put', ...aVersion(JSON.stringify(resource)) }],
      appliedAt: NOW,
    };
    return [{ topic: 'events.raw', key: 'workspace', partition: 0, value: JSON.stringify(change) }, record];
  });
}

interface Outcome {
  outputs: CustomerEvent[];
  profiles: [string, CustomerContext][];
  identities: [string, string][];
  events: StoredEvent[][];
  mismatches: number;
}

/** What comes of the records when they arrive in parts of the sizes given, the last part being all the rest. */
async function process(records: readonly NewRecord[], sizes: readonly number[]): Promise<Outcome> {
  const world = new IngestionWorld();
  for (const { key, value } of records)
    if (key === 'workspace') await world.registry.put(JSON.parse(value) as WorkspaceChange);
  let from = 0;
  for (const size of [...sizes, records.length]) {
    world.append(...records.slice(from, from + size));
    from += size;
    await world.settle();
  }
  const { store } = world;
  return {
    outputs: await world.events(),
    profiles: [...(await store.profiles(CUSTOMERS))].sort(([a], [b]) => (a < b ? -1 : 1)),
    identities: [...(await store.identities(KEYS))].sort(([a], [b]) => (a < b ? -1 : 1)),
    events: await Promise.all(CUSTOMERS.map((id) => store.events(id, Number.MAX_SAFE_INTEGER))),
    mismatches: await store.mismatches(),
  };
}

function isEvent({ type }: CustomerEvent | WorkspaceChange): boolean {
  return type !== 'workspace';
}

describe('events in any batches', () => {
  it('make the same profiles, identities, stored events and outputs as in one (P1)', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 20 }),
        async (all, sizes) => {
          const records = recordsOf(all);
          expect(await process(records, sizes)).toEqual(await process(records, []));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('count every event once: none is lost and none is double, whoever it turned out to be about (R71)', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const tracked = all.map((one) => ({ ...one, onViolation: null }));
        const { profiles, outputs, events: stored } = await process(recordsOf(tracked), [7, 7, 7]);
        const first = new Map(tracked.map((one) => [one.messageNumber, one] as const).reverse());
        const counted = [...first.values()].filter(({ event: { type } }) => type === 'track' || type === 'page');
        const counters = profiles.flatMap(([, { counters: each }]) => Object.values(each));
        expect(counters.reduce((sum, n) => sum + n, 0)).toBe(counted.length);
        const told = outputs.filter((event) => event.name !== 'Customer Merged');
        expect([told.length, stored.flat().length]).toEqual([first.size, first.size]);
      }),
      { numRuns: 300 },
    );
  });

  it('are about nobody who was given up: whoever is linked stays empty unless the platform itself speaks of her', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const ofOthers = all.filter(({ event: { customerId } }) => customerId === undefined);
        const { profiles, identities } = await process(recordsOf(ofOthers), [5, 5, 5]);
        const givenUp = new Set(identities.map(([key]) => customerOfKey(key as IdentityKey)));
        for (const [id, { counters, traits, orders }] of profiles.filter(([each]) => givenUp.has(each as CustomerId)))
          expect({ id, counters, traits, count: orders.count }).toEqual({ id, counters: {}, traits: {}, count: 0 });
      }),
      { numRuns: 300 },
    );
  });

  it('go on with a version of the context that rises with each event of a customer', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const { outputs } = await process(recordsOf(all), [5, 5, 5]);
        const last = new Map<string, number>();
        for (const { customerId, contextVersion } of outputs.filter(isEvent)) {
          expect(contextVersion).toBeGreaterThan(last.get(customerId) ?? 0);
          last.set(customerId, contextVersion);
        }
      }),
      { numRuns: 300 },
    );
  });
});
