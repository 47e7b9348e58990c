import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_EVENTS, OWN_SOURCE, type RawEvent } from '@waymark/contracts';
import type { CustomerMerge } from './customer-api.js';
import { IngestionWorld } from './testing/ingestion-world.js';
import { aRawEvent, customer, message } from './testing/samples.js';

const VIC = 'anon~v1';
const DAY_MS = 86_400_000;
let world: IngestionWorld;
let sent = 0;

/** Each a second after the one before. */
const send = async (...events: Partial<RawEvent>[]): Promise<void> => {
  for (const over of events) {
    world.clock.moveTo(world.clock.now() + 1_000);
    const receivedAt = new Date(world.clock.now()).toISOString();
    world.send(aRawEvent({ messageId: message(`m${(sent += 1)}`), receivedAt, ...over }));
  }
  await world.settle();
};
const context = async (id: string) => (await world.store.profiles([customer(id)])).get(customer(id))!;
const merges = (of = 'ada'): Promise<CustomerMerge[]> => world.ingestion.customers.merges(of);
const undo = async (of = 'ada', id?: string): Promise<void> => {
  await world.ingestion.customers.undoMerge(of, id ?? (await merges(of))[0]!.id);
  await world.settle();
};
const identify = { type: 'identify', userId: 'ada', anonymousId: 'v1', traits: {} } as const;
const told = async (name: string) => (await world.events()).filter((event) => event.name === name);

beforeEach(async () => {
  world = new IngestionWorld();
  await send(
    { anonymousId: 'v1', event: 'Seen' },
    { type: 'identify', anonymousId: 'v1', traits: { city: 'Ulm' } },
    { userId: 'ada', event: 'Seen' },
  );
});

describe('R61: a merge is undone', () => {
  it('and both are who they were: profile, ids, and what comes for each from then on', async () => {
    const [visitor, ada] = [await context(VIC), await context('ada')];
    await send(identify);
    const given = await context(VIC);
    await undo();
    const restored = await context(VIC);
    expect(restored).toEqual({ ...visitor, version: given.version + 1, partedFrom: expect.anything() });
    expect(await context('ada')).toMatchObject({ traits: {}, counters: { Seen: 1 }, orders: ada.orders });
    expect((await context('ada')).mergedFrom).toBeUndefined();
    await send({ anonymousId: 'v1', event: 'Seen' }, { userId: 'ada', event: 'Seen' });
    expect([(await context(VIC)).counters['Seen'], (await context('ada')).counters['Seen']]).toEqual([2, 2]);
    expect(await world.ingestion.customers.resolve('v1')).toBe(VIC);
  });

  it('is told to those who work for the survivor, once, with the version from which on it holds', async () => {
    await send(identify);
    const [{ id }] = (await merges()) as [CustomerMerge];
    await undo();
    expect(await told(OWN_EVENTS.customerMergeUndone)).toMatchObject([
      {
        customerId: 'ada',
        source: OWN_SOURCE,
        properties: { from: VIC, mergeId: id },
        contextVersion: (await context('ada')).version,
      },
    ]);
  });

  it('is kept for the services in the hot contexts, too', async () => {
    await send(identify);
    await undo();
    for (const id of [VIC, 'ada'])
      expect((await world.hot.get([{ customerId: customer(id), minVersion: 0 }])).get(customer(id))).toEqual(
        await context(id),
      );
  });

  it('happens once, however often it is asked for, and crashes change nothing', async () => {
    await send(identify);
    const [{ id }] = (await merges()) as [CustomerMerge];
    await world.ingestion.customers.undoMerge('ada', id);
    world.clock.moveTo(world.clock.now() + 5);
    await world.ingestion.customers.undoMerge('ada', id);
    world.restart();
    await world.settle();
    expect(await told(OWN_EVENTS.customerMergeUndone)).toHaveLength(1);
    await expect(world.ingestion.customers.undoMerge('ada', id)).rejects.toMatchObject({ code: 'UNDO_DONE' });
    expect(await merges()).toMatchObject([{ id, from: VIC, to: 'ada', undoneAt: expect.any(String) }]);
  });

  it('and they can turn out to be one again, and that be undone again', async () => {
    for (const times of [1, 2]) {
      await send(identify);
      expect(await context(VIC)).toMatchObject({ mergedInto: 'ada' });
      await undo();
      expect(await merges()).toHaveLength(times);
      expect([(await context(VIC)).mergedInto, (await context('ada')).counters['Seen']]).toEqual([undefined, 1]);
    }
  });

  it('is refused where there is none, too late, and for whom has been given up herself since', async () => {
    const refused = (code: string, of = 'ada', id?: string) => expect(undo(of, id)).rejects.toMatchObject({ code });
    await refused('NOT_FOUND', 'ada', 'none');
    await refused('NOT_FOUND', 'nobody', 'none');
    await send(identify);
    const [{ id, at, undoUntil }] = (await merges()) as [CustomerMerge];
    expect(Date.parse(undoUntil) - Date.parse(at)).toBe(30 * DAY_MS);
    await send({ type: 'alias', userId: 'eve', previousId: 'ada' });
    expect((await merges('eve')).map(({ from, to }) => [from, to])).toEqual([
      ['ada', 'eve'],
      [VIC, 'ada'],
    ]);
    await refused('STATE_CONFLICT', 'eve', id);
    await undo('eve');
    world.clock.moveTo(Date.parse(undoUntil) + 1);
    await refused('UNDO_EXPIRED', 'ada', id);
  });

  it('takes mergers of mergers apart in their order, the last one first', async () => {
    await send(identify, { type: 'alias', userId: 'eve', previousId: 'ada' });
    await undo('eve');
    expect(await context('ada')).toMatchObject({ mergedFrom: [VIC], counters: { Seen: 2 } });
    await undo('ada');
    expect([await context('ada'), await context(VIC)]).toMatchObject([
      { counters: { Seen: 1 } },
      { counters: { Seen: 1 } },
    ]);
  });

  it('is believed of the platform alone, and what it says itself never comes in', async () => {
    await send(identify);
    const [{ id }] = (await merges()) as [CustomerMerge];
    await send({ userId: 'ada', event: OWN_EVENTS.mergeUndoRequested, properties: { mergeId: id } });
    await send({ source: OWN_SOURCE, userId: 'ada', event: OWN_EVENTS.customerMergeUndone, properties: { from: VIC } });
    expect(await context(VIC)).toMatchObject({ mergedInto: 'ada' });
    expect(await told(OWN_EVENTS.customerMergeUndone)).toEqual([]);
    expect(await world.deadLetters()).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  it('puts both into the segments they are in, and tells nobody', async () => {
    const segment = (id: string, of: string) => ({ kind: 'segment', id, if: of });
    await world.apply(
      segment('seen', 'customer.counters["Seen"] > 0.0'),
      segment('often', 'customer.counters["Seen"] > 1.0'),
      segment('from-ulm', 'customer.traits.city == "Ulm"'),
    );
    await send(identify);
    expect((await context('ada')).segments).toEqual(['from-ulm', 'often', 'seen']);
    const edges = async () => [...(await told('Segment Entered')), ...(await told('Segment Left'))].length;
    const before = await edges();
    await undo();
    expect([(await context('ada')).segments, (await context(VIC)).segments]).toEqual([['seen'], ['from-ulm', 'seen']]);
    expect(await edges()).toBe(before);
    await send({ anonymousId: 'v1', event: 'Seen' });
    expect((await told('Segment Entered')).at(-1)).toMatchObject({
      customerId: VIC,
      properties: { segmentId: 'often' },
    });
    const members = await world.store.members('from-ulm', { after: undefined, limit: 9 });
    expect(members).toEqual([VIC]);
  });
});
