import { beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type CustomerEvent, type CustomerId, type MessageId, type SourceId } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { batchStoreSuite, type BatchProbe } from '../batch-store.suite.js';
import { saveNext } from '../testing/commit.js';
import { mergeStoreSuite } from './merge-store.suite.js';
import { segmentStoreSuite } from './segment-store.suite.js';
import type { IdentityKey, IngestionChanges, IngestionStore, ProfileChange, StoredEvent } from './ingestion-store.js';

const ADA = 'ada' as CustomerId;
const BOB = 'bob' as CustomerId;
const EVE = 'eve' as CustomerId;
/** Ids as senders may write them: what has a meaning in arrays, texts and patterns of databases has none here. */
const ODD_IDS = ['NULL', '{a,b}', '"quoted"', String.raw`back\slash`, "it's", '', ' ', '%_', 'Zoë 東 👩‍👩‍👧', 'a\nb'];

function stored(
  id: string,
  over: Partial<CustomerEvent> = {},
  rest: Partial<Omit<StoredEvent, 'event'>> = {},
): StoredEvent {
  const event: CustomerEvent = {
    schemaVersion: SCHEMA_VERSION,
    type: 'track',
    messageId: id as MessageId,
    source: 'shop' as SourceId,
    customerId: ADA,
    name: 'Order Completed',
    properties: { total: 12.5, items: [{ sku: 'Zoë\u0000' }], none: null },
    traits: {},
    timestamp: '2026-05-04T08:00:00.000Z',
    receivedAt: '2026-05-04T08:00:01.000Z',
    contextVersion: 1,
    ...over,
  };
  return { event, bodyHash: `hash of ${id}`, violations: [], blocked: false, ...rest };
}

function context(id: CustomerId, version: number, traits: CustomerContext['traits'] = {}): CustomerContext {
  return { ...emptyContext(id), version, traits };
}

function profile(id: CustomerId, from: number, to = from + 1): ProfileChange {
  return { context: context(id, to), expectedVersion: from };
}

function changes(over: Partial<IngestionChanges>): IngestionChanges {
  return { events: [], identities: [], profiles: [], mismatches: 0, ...over };
}

export const INGESTION_PROBE: BatchProbe<IngestionChanges, IngestionStore> = {
  changes: changes({ profiles: [profile(EVE, 0)] }),
  isSaved: async (store) => (await store.profiles([EVE])).has(EVE),
};

/** What every adapter of {@link IngestionStore} must do. `create` gives an empty store each time. */
export function ingestionStoreSuite(name: string, create: () => Promise<IngestionStore>): void {
  batchStoreSuite(`ingestion, ${name}`, create, INGESTION_PROBE);
  segmentStoreSuite(name, create);
  mergeStoreSuite(name, create);

  describe(`IngestionStore: ${name}`, () => {
    let store: IngestionStore;
    const save = (over: Partial<IngestionChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: changes(over) });
    const eventIds = async (limit = 100, of = ADA): Promise<string[]> =>
      (await store.events(of, limit)).map(({ event }) => event.messageId);

    beforeEach(async () => {
      store = await create();
    });

    it('knows the messages it has taken in, with the hashes of their bodies (R71)', async () => {
      await save({ events: [stored('m1'), stored('m2', { customerId: BOB })] });
      expect(await store.knownMessages(['m1', 'm2', 'm3'])).toEqual(
        new Map([
          ['m1', 'hash of m1'],
          ['m2', 'hash of m2'],
        ]),
      );
      expect(await store.knownMessages([])).toEqual(new Map());
    });

    it('gives back profiles as they were saved last, and nobody for those unknown', async () => {
      const first = { ...context(ADA, 1, { name: 'Zoë\u0000', nested: { a: [1, null] } }), segments: ['new'] };
      await save({ profiles: [{ context: first, expectedVersion: 0 }, profile(BOB, 0)] });
      expect(await store.profiles([ADA, EVE])).toEqual(new Map([[ADA, first]]));
      const second = { ...first, version: 4, traits: {} };
      await save({ profiles: [{ context: second, expectedVersion: 1 }] });
      expect(await store.profiles([ADA, BOB])).toEqual(
        new Map([
          [ADA, second],
          [BOB, context(BOB, 1)],
        ]),
      );
    });

    it('gives back whom an id means, and what it came to mean', async () => {
      await save({
        identities: [
          { key: 'user:a', customerId: ADA, expected: null },
          { key: 'anonymous:a', customerId: BOB, expected: null },
        ],
      });
      await save({ identities: [{ key: 'anonymous:a', customerId: ADA, expected: BOB }] });
      expect(await store.identities(['user:a', 'anonymous:a', 'user:b'])).toEqual(
        new Map([
          ['user:a', ADA],
          ['anonymous:a', ADA],
        ]),
      );
    });

    it('tells apart ids however they are written', async () => {
      const keys = ODD_IDS.flatMap((id): IdentityKey[] => [`user:${id}`, `anonymous:${id}`]);
      const identities = keys.map((key) => ({ key, customerId: key as string as CustomerId, expected: null }));
      const profiles = keys.map((key) => profile(key as string as CustomerId, 0));
      const events = keys.map((key) => stored(key, { customerId: key as string as CustomerId }));
      await save({ identities, profiles, events });
      expect(await store.identities(keys)).toEqual(new Map(identities.map(({ key, customerId }) => [key, customerId])));
      expect([...(await store.profiles(identities.map(({ customerId }) => customerId))).keys()].sort()).toEqual(
        [...keys].sort(),
      );
      expect([...(await store.knownMessages(keys)).keys()].sort()).toEqual([...keys].sort());
      for (const key of keys) expect(await eventIds(10, key as string as CustomerId)).toEqual([key]);
    });

    it("lists a customer's newest events, newest first, with what was wrong with them", async () => {
      const blocked = stored('m3', { contextVersion: 3 }, { violations: ['/total is not a number'], blocked: true });
      await save({ events: [stored('m1'), blocked, stored('hers', { customerId: BOB, contextVersion: 9 })] });
      await save({ events: [stored('m2', { contextVersion: 2 })] });
      expect(await store.events(ADA, 2)).toEqual([blocked, stored('m2', { contextVersion: 2 })]);
      expect(await eventIds()).toEqual(['m3', 'm2', 'm1']);
      expect(await eventIds(0)).toEqual([]);
      expect(await eventIds(10, EVE)).toEqual([]);
    });

    it('lists blocked events, which leave the version as it is, by when they came', async () => {
      const at = (second: number): Partial<CustomerEvent> => ({ receivedAt: `2026-05-04T08:00:0${second}.000Z` });
      await save({ events: [stored('m2', at(2)), stored('m1', at(1)), stored('m4', at(4)), stored('m3', at(3))] });
      expect(await eventIds()).toEqual(['m4', 'm3', 'm2', 'm1']);
    });

    it('adds up the repetitions with another body, of all partitions (R71)', async () => {
      expect(await store.mismatches()).toBe(0);
      await save({ mismatches: 2 });
      await save({ mismatches: 3 }, 1);
      await save({});
      expect(await store.mismatches()).toBe(5);
    });

    describe('when another partition was first', () => {
      const rest: IngestionChanges = {
        events: [stored('new', { customerId: EVE })],
        identities: [{ key: 'user:eve', customerId: EVE, expected: null }],
        profiles: [profile(EVE, 0)],
        mismatches: 7,
      };

      beforeEach(async () => {
        const identities = [{ key: 'user:a' as const, customerId: ADA, expected: null }];
        await save({ events: [stored('known')], identities, profiles: [profile(ADA, 0, 5)] }, 1);
      });

      it.each<{ what: string; made: Partial<IngestionChanges> }>([
        { what: 'the profile has another version', made: { profiles: [...rest.profiles, profile(ADA, 4)] } },
        { what: 'the profile exists', made: { profiles: [...rest.profiles, profile(ADA, 0)] } },
        { what: 'the profile is gone', made: { profiles: [...rest.profiles, profile(BOB, 3)] } },
        {
          what: 'the id means somebody else',
          made: { identities: [...rest.identities, { key: 'user:a', customerId: EVE, expected: BOB }] },
        },
        {
          what: 'the id means somebody',
          made: { identities: [...rest.identities, { key: 'user:a', customerId: EVE, expected: null }] },
        },
        {
          what: 'the id means nobody',
          made: { identities: [...rest.identities, { key: 'user:b', customerId: EVE, expected: BOB }] },
        },
        { what: 'the message is known', made: { events: [...rest.events, stored('known')] } },
      ])('refuses a batch, whole, because $what', async ({ made }) => {
        const before = await store.progress(0);
        const outputs = [{ topic: 'events' as const, key: 'a', value: '1' }];
        const refused = saveNext(store, { changes: { ...rest, ...made }, outputs });
        await expect(refused).rejects.toMatchObject({ code: 'STATE_CONFLICT', kind: 'conflict' });

        expect(await store.progress(0)).toEqual(before);
        expect(await store.pending(0)).toEqual([]);
        expect((await store.knownMessages(['new', 'known'])).size).toBe(1);
        expect(await store.identities(['user:eve', 'user:a', 'user:b'])).toEqual(new Map([['user:a', ADA]]));
        expect(await store.profiles([EVE, ADA, BOB])).toEqual(new Map([[ADA, context(ADA, 5)]]));
        expect(await store.mismatches()).toBe(0);
      });

      it('takes the batch when it is made anew', async () => {
        await expect(save({ profiles: [profile(ADA, 4)] })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
        await save({ ...rest, profiles: [profile(ADA, 5), ...rest.profiles] });
        expect((await store.profiles([ADA])).get(ADA)?.version).toBe(6);
      });
    });

    it.each([
      { what: 'that are new', existing: false },
      { what: 'that exist', existing: true },
    ])(
      'lets one of several partitions win that write the same rows $what at once, in any order',
      async ({ existing }) => {
        const customers = Array.from({ length: 12 }, (_, n) => `customer ${n}` as CustomerId);
        const owner = customers.map((id) => ({
          key: `user:${id}` as const,
          customerId: id,
          expected: existing ? id : null,
        }));
        if (existing) {
          const known = customers.map((id) => ({ key: `user:${id}` as const, customerId: id, expected: null }));
          await save({ profiles: customers.map((id) => profile(id, 0)), identities: known }, 9);
        }
        const profiles = customers.map((id) => profile(id, existing ? 1 : 0));
        const tries = Array.from({ length: 6 }, (_, partition) => {
          const turn = <T>(list: readonly T[]): T[] => {
            const turned = [...list.slice(partition * 2), ...list.slice(0, partition * 2)];
            return partition % 2 === 0 ? turned : turned.reverse();
          };
          return save({ profiles: turn(profiles), identities: turn(owner), mismatches: 1 }, partition);
        });
        const codes = (await Promise.allSettled(tries)).map((result) =>
          result.status === 'fulfilled' ? 'saved' : (result.reason as { code?: string }).code,
        );
        expect(codes.sort()).toEqual([...Array.from({ length: 5 }, () => 'STATE_CONFLICT'), 'saved']);
        expect(await store.mismatches()).toBe(1);
      },
    );
  });
}
