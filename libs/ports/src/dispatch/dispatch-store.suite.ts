import { beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, type ActionId, type CustomerId, type DeliverAction } from '@waymark/contracts';
import { batchStoreSuite, type BatchProbe } from '../batch-store.suite.js';
import { following, saveNext } from '../testing/commit.js';
import type { Delivery, DispatchChanges, DispatchStore } from './dispatch-store.js';

const ADA = 'ada' as CustomerId;
const BOB = 'bob' as CustomerId;
const NOTHING = { actionIds: [], customerIds: [], inFlight: [], now: 0, dueMax: 10, contactsSince: 0, holding: [] };

function action(id: string, over: Partial<DeliverAction> = {}): DeliverAction {
  return {
    schemaVersion: SCHEMA_VERSION,
    type: 'deliver',
    actionId: id as ActionId,
    customerId: ADA,
    channel: 'email',
    class: 'marketing',
    categories: ['cart'],
    priority: 1.5,
    content: { subject: 'Hello', json: { a: [1, null] } },
    contentHash: 'hash',
    requestedAt: '2026-05-04T08:00:00.000Z',
    contextVersion: 3,
    cause: { journeyId: 'cart', stepId: 'remind' },
    ...over,
  };
}

function delivery(id: string, over: Partial<Delivery> = {}, ofAction: Partial<DeliverAction> = {}): Delivery {
  const its = action(id, ofAction);
  const { actionId, customerId, channel } = its;
  return {
    actionId,
    customerId,
    channel,
    state: 'queued',
    dueAt: 100,
    attempt: 0,
    settledAt: undefined,
    reason: undefined,
    rule: undefined,
    because: ['why'],
    action: its,
    ...over,
  };
}

async function save(store: DispatchStore, deliveries: Delivery[], partition = 0): Promise<void> {
  await saveNext(store, { partition, changes: { deliveries } });
}

const ids = (deliveries: Iterable<Delivery>): string[] => [...deliveries].map(({ actionId }) => actionId).sort();

export const DISPATCH_PROBE: BatchProbe<DispatchChanges, DispatchStore> = {
  changes: { deliveries: [delivery('probe')] },
  isSaved: async (store) => (await store.deliveriesOf(['probe' as ActionId])).size > 0,
};

/** What every adapter of {@link DispatchStore} must do. `create` gives an empty store each time. */
export function dispatchStoreSuite(name: string, create: () => Promise<DispatchStore>): void {
  batchStoreSuite(`dispatch, ${name}`, create, DISPATCH_PROBE);

  describe(`DispatchStore: ${name}`, () => {
    let store: DispatchStore;

    beforeEach(async () => {
      store = await create();
    });

    it('has those due that are held for a journey which goes on, and counts who is held', async () => {
      await save(store, [
        delivery('a', { heldFor: 'cart', dueAt: 900 }),
        delivery('b', { heldFor: 'news', dueAt: 900, state: 'retrying' }),
        delivery('c', { heldFor: 'cart', state: 'suppressed', dueAt: undefined }),
      ]);
      const dueOf = async (...holding: string[]): Promise<string[]> =>
        ids((await store.load({ ...NOTHING, partition: 0, holding })).deliveries);
      expect(await dueOf('cart', 'news')).toEqual([]);
      expect(await dueOf('cart')).toEqual(['b']);
      expect(await dueOf()).toEqual(['a', 'b']);
      expect(await store.nextDueAt(0, { inFlight: [], holding: ['cart', 'news'] })).toBe(900);
      expect(await store.nextDueAt(0, { inFlight: [], holding: ['news'] })).toBe(0);
      expect(await Promise.all(['cart', 'news', 'other'].map((id) => store.heldCount(id)))).toEqual([1, 1, 0]);
    });

    it('gives a delivery to whom its customer turned out to be (R61)', async () => {
      await save(store, [delivery('a')]);
      const hers = { ...delivery('a'), customerId: BOB };
      await save(store, [hers]);
      expect(await store.deliveries(BOB, 9)).toEqual([hers]);
      expect(await store.deliveries(ADA, 9)).toEqual([]);
    });

    it('claims for somebody who was several ids by a count that nobody has outrun (R35, R61)', async () => {
      const claim = (id: string, expected: number, partition: number): Promise<unknown> =>
        saveNext(store, {
          partition,
          changes: { deliveries: [delivery(id)], people: [{ customerId: ADA, expected }] },
        });
      expect(await store.personClaims([ADA, BOB])).toEqual(new Map());
      await claim('a', 0, 0);
      await claim('b', 1, 1);
      await expect(claim('c', 1, 0)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      expect((await store.deliveriesOf(['c' as ActionId])).size).toBe(0);
      expect(await store.personClaims([ADA, BOB])).toEqual(new Map([[ADA, 2]]));
    });

    it('counts what was handed over to customers since a moment', async () => {
      const sent = (id: string, customerId: CustomerId, settledAt: number): Delivery =>
        delivery(id, { state: 'sent', dueAt: undefined, attempt: 1, settledAt, customerId }, { customerId });
      await save(store, [sent('a', ADA, 100), sent('b', ADA, 200), sent('c', BOB, 200)]);
      const found = await store.contacts([ADA], 150);
      expect(found).toMatchObject([{ customerId: ADA, channel: 'email', at: 200 }]);
      expect(await store.contacts([ADA, BOB], 0)).toHaveLength(3);
    });

    it('gives back deliveries as they were saved, and as they were changed', async () => {
      const first = delivery('a');
      await save(store, [first]);
      expect((await store.load({ ...NOTHING, partition: 0, actionIds: [first.actionId] })).deliveries).toEqual([first]);
      const settled = delivery('a', {
        state: 'suppressed',
        dueAt: undefined,
        attempt: 2,
        mayHaveLeft: true,
        settledAt: 500,
        reason: 'CAP',
        rule: 'three-a-week',
        because: ['3 of 3'],
      });
      await save(store, [settled]);
      expect(await store.deliveriesOf([first.actionId, 'none' as ActionId])).toEqual(
        new Map([[first.actionId, settled]]),
      );
    });

    it('loads what is due in its partition, the longest due first, and no more than asked for', async () => {
      await save(store, [
        delivery('late', { dueAt: 50 }),
        delivery('retry', { state: 'retrying', dueAt: 60 }),
        delivery('now', { dueAt: 100 }),
        delivery('later', { dueAt: 101 }),
      ]);
      await save(store, [delivery('elsewhere', { dueAt: 1 })], 1);
      const due = { ...NOTHING, partition: 0, now: 100 };
      expect(ids((await store.load(due)).deliveries)).toEqual(['late', 'now', 'retry']);
      expect(ids((await store.load({ ...due, dueMax: 2 })).deliveries)).toEqual(['late', 'retry']);
      expect((await store.load({ ...due, dueMax: 0 })).deliveries).toEqual([]);
    });

    it('loads what was claimed and is not on its way, and nothing that is settled', async () => {
      await save(store, [
        delivery('lost', { state: 'claimed' }),
        delivery('flying', { state: 'claimed' }),
        delivery('sent', { state: 'sent', dueAt: undefined, settledAt: 5 }),
      ]);
      const state = await store.load({ ...NOTHING, partition: 0, now: 1_000, inFlight: ['flying' as ActionId] });
      expect(ids(state.deliveries)).toEqual(['lost']);
    });

    it('says when there is something to do next', async () => {
      expect(await store.nextDueAt(0, { inFlight: [], holding: [] })).toBeUndefined();
      await save(store, [
        delivery('a', { dueAt: 300 }),
        delivery('b', { state: 'retrying', dueAt: 200 }),
        delivery('c', { state: 'claimed', dueAt: 5 }),
      ]);
      await save(store, [delivery('d', { dueAt: 1 })], 1);
      expect(await store.nextDueAt(0, { inFlight: ['c' as ActionId], holding: [] })).toBe(200);
      expect(await store.nextDueAt(0, { inFlight: [], holding: [] })).toBe(0);
    });

    it('counts marketing and service messages that were handed over or are on their way, and no others (R33, R35)', async () => {
      await save(store, [
        delivery('sent', { state: 'sent', dueAt: undefined, settledAt: 700 }),
        delivery('claimed', { state: 'claimed', dueAt: 800 }, { class: 'service', categories: [], cause: {} }),
        delivery('retrying', { state: 'retrying', dueAt: 900 }),
        delivery('unknown', { state: 'unknown', dueAt: undefined, settledAt: 950 }),
        delivery('old', { state: 'sent', dueAt: undefined, settledAt: 499 }),
        delivery('queued'),
        delivery('failed', { state: 'failed', dueAt: undefined, settledAt: 700 }),
        delivery('suppressed', { state: 'suppressed', dueAt: undefined, settledAt: 700 }),
        delivery('receipt', { state: 'sent', dueAt: undefined, settledAt: 700 }, { class: 'transactional' }),
        delivery('hers', { state: 'sent', dueAt: undefined, settledAt: 700 }, { customerId: BOB }),
      ]);
      const { contacts } = await store.load({
        ...NOTHING,
        partition: 0,
        customerIds: [ADA],
        contactsSince: 500,
        now: 0,
        inFlight: ['claimed' as ActionId],
      });
      expect(contacts.map(({ at }) => at).sort()).toEqual([700, 800, 900, 950]);
      expect(contacts).toContainEqual({
        customerId: ADA,
        channel: 'email',
        class: 'marketing',
        categories: ['cart'],
        journeyId: 'cart',
        at: 700,
      });
      expect(contacts.find(({ at }) => at === 800)).toEqual({
        customerId: ADA,
        channel: 'email',
        class: 'service',
        categories: [],
        at: 800,
      });
    });

    it("lists a customer's newest deliveries, and counts them all", async () => {
      await save(store, [
        delivery('first', { state: 'suppressed', reason: 'CAP' }, { requestedAt: '2026-05-01T00:00:00.000Z' }),
        delivery('third', { state: 'failed', reason: 'HTTP 400' }, { requestedAt: '2026-05-03T00:00:00.000Z' }),
        delivery('second', { state: 'failed', reason: 'HTTP 404' }, { requestedAt: '2026-05-02T00:00:00.000Z' }),
        delivery('other', {}, { customerId: BOB }),
      ]);
      expect((await store.deliveries(ADA, 2)).map(({ actionId }) => actionId)).toEqual(['third', 'second']);
      const counts = await store.deliveryCounts();
      expect(counts).toContainEqual({ channel: 'email', state: 'failed', count: 2 });
      expect(counts).toContainEqual({ channel: 'email', state: 'suppressed', reason: 'CAP', count: 1 });
    });

    it('keeps suppressions once, a hard bounce before a complaint', async () => {
      await store.suppress([
        { channel: 'email', customerId: ADA, reason: 'complaint', at: 10 },
        { channel: 'email', customerId: BOB, reason: 'hard-bounce', at: 11 },
      ]);
      await store.suppress([
        { channel: 'email', customerId: ADA, reason: 'hard-bounce', at: 20 },
        { channel: 'email', customerId: BOB, reason: 'complaint', at: 21 },
      ]);
      expect(await store.suppressions(10)).toEqual([
        { channel: 'email', customerId: ADA, reason: 'hard-bounce', at: 20 },
        { channel: 'email', customerId: BOB, reason: 'hard-bounce', at: 11 },
      ]);
      expect(await store.suppressions(1)).toHaveLength(1);
      const { suppressions } = await store.load({ ...NOTHING, partition: 0, customerIds: [BOB] });
      expect(suppressions).toEqual([{ channel: 'email', customerId: BOB, reason: 'hard-bounce', at: 11 }]);
    });

    it('puts a message in an inbox once', async () => {
      const message = {
        actionId: 'a' as ActionId,
        customerId: ADA,
        channel: 'inbox',
        subject: 'Hi',
        body: 'Hello',
        at: 5,
      };
      const { subject: _, ...plain } = { ...message, actionId: 'b' as ActionId, at: 6 };
      await store.putInInbox(message);
      await store.putInInbox({ ...message, body: 'again' });
      await store.putInInbox(plain);
      expect(await store.inbox(ADA, 10)).toEqual([plain, message]);
      expect(await store.inbox(ADA, 1)).toEqual([plain]);
      expect(await store.inbox(BOB, 10)).toEqual([]);
    });

    it('keeps what providers and customers wrote, with U+FFFD for the NUL that no database keeps', async () => {
      const failed = delivery('a', { state: 'failed', reason: 'HTTP 400 \u0000 Zoë', because: ['saw "\u0000"'] });
      await save(store, [failed]);
      expect((await store.deliveriesOf([failed.actionId])).get(failed.actionId)).toEqual({
        ...failed,
        reason: 'HTTP 400 \ufffd Zoë',
      });
      const message = { actionId: failed.actionId, customerId: ADA, channel: 'inbox', at: 5 };
      await store.putInInbox({ ...message, subject: 'Hi \u0000', body: '\u0000\u0000' });
      expect(await store.inbox(ADA, 1)).toEqual([{ ...message, subject: 'Hi \ufffd', body: '\ufffd\ufffd' }]);
    });

    it('does not let a former owner claim (P2)', async () => {
      const from = await store.progress(0);
      await save(store, [delivery('a')]);
      const late = store.save(following(from, { changes: { deliveries: [delivery('a', { state: 'claimed' })] } }));
      await expect(late).rejects.toMatchObject({ code: 'FENCED' });
      expect((await store.deliveriesOf(['a' as ActionId])).get('a' as ActionId)?.state).toBe('queued');
    });
  });
}
