import { beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type CustomerEvent, type CustomerId } from '@waymark/contracts';
import fc from 'fast-check';
import { NOTHING_WANTED } from '@waymark/ports';
import { JourneyWorld } from '../testing/journey-world.js';
import {
  ADA,
  BOB,
  aCustomer,
  aJourney,
  anEvent,
  anOutcome,
  HOUR,
  instanceIdOf,
  mail,
  MINUTE,
  NOW,
  reentry,
  START,
} from '../testing/samples.js';

const VIC = 'anon~vic' as CustomerId;
const PARTED = [{ id: VIC, ids: [VIC], at: START }];
let world: JourneyWorld;
let told: number;

beforeEach(() => {
  world = new JourneyWorld();
  told = 0;
  merged();
});

/** What ingestion has made of the two profiles. */
function merged(): void {
  world.know(aCustomer({ version: 1, mergedFrom: [VIC] }));
  world.know(aCustomer({ id: VIC, version: 1, mergedInto: ADA }));
}
function parted(): void {
  world.know(aCustomer({ version: 2, parted: PARTED }));
  world.know(aCustomer({ id: VIC, version: 2, partedFrom: { id: ADA, at: START } }));
}

const own = (name: string, of: CustomerId, properties: CustomerEvent['properties']): CustomerEvent =>
  anEvent(name, { of, source: OWN_SOURCE, messageId: `${name} ${(told += 1)}`, properties });
const knock = (of: CustomerId, over: object = {}): CustomerEvent =>
  anEvent('Cart Left', { of, messageId: `${of} ${(told += 1)}`, ...over });
const given = (): CustomerEvent => own('Customer Merged', VIC, { into: ADA });
const undone = (): CustomerEvent => own('Customer Merge Undone', ADA, { from: VIC });
const call = (of: CustomerId): CustomerEvent => own('Journey Merged', of, { to: of });
const merge = async (): Promise<void> => (merged(), await world.take(given()), await world.take(call(ADA)));
const part = async (): Promise<void> => (parted(), await world.take(undone()), await world.take(call(VIC)));
const at = (moment: number): void => world.clock.moveTo(moment);
const ledgerOf = async (of: CustomerId) => (await world.stored(of)).ledgers[0]?.ledger;
const refusals = async (of: CustomerId) =>
  (await world.history(of)).flatMap(({ trace }) =>
    trace.flatMap((each) => (each.what === 'refused' ? [each.reason] : [])),
  );

/** Each instance is in one place, with an ordinal of its own; nothing is on its way; each entry counts once. */
async function expectAddedUp(isMerged: boolean): Promise<void> {
  const [hers, others] = [await world.instances(), await world.instances(VIC)];
  const entered = (await world.emitted()).filter(({ event }) => event === 'Journey Entered').length;
  expect(new Set([...hers, ...others].map(({ id }) => id)).size).toBe(entered);
  if (isMerged) expect(others.filter(({ status }) => status === 'active')).toEqual([]);
  expect(await world.store.load({ ...NOTHING_WANTED, heirs: [ADA, VIC] })).toMatchObject({ moves: [] });
  for (const [of, its] of [
    [ADA, hers],
    [VIC, others],
  ] as const) {
    expect(new Set(its.map(({ ordinal }) => ordinal)).size).toBe(its.length);
    if (!isMerged || of === ADA)
      expect((await ledgerOf(of))?.active ?? 0).toBe(its.filter(({ status }) => status === 'active').length);
  }
  const counted = [(await ledgerOf(ADA))?.entries ?? 0, isMerged ? 0 : ((await ledgerOf(VIC))?.entries ?? 0)];
  expect(counted[0]! + counted[1]!).toBe(entered);
}

describe('R61: a merge is undone', () => {
  it('and what came by it goes back as it is by then, under its id and ordinal, its timer fires once', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry } }));
    await world.take(knock(VIC), knock(ADA));
    await world.apply(aJourney({ policy: { class: 'transactional', onMerge: 'keepBoth' } }));
    await merge();
    at(NOW + 10 * MINUTE);
    const its = (await world.instances()).filter(({ status }) => status === 'active');
    await part();
    const back = await world.instances(VIC);
    const hers = (await world.instances()).filter(({ status }) => status === 'active');
    expect([...back, ...hers].map(({ id }) => id).sort()).toEqual(its.map(({ id }) => id).sort());
    for (const each of [...back, ...hers]) expect(each.origin).toBeUndefined();
    await world.until(NOW + HOUR);
    expect([...(await world.instances(VIC)), ...(await world.instances())].map(({ status }) => status)).not.toContain(
      'active',
    );
  });

  it('with the ledgers: her own entries are hers, and none of the other’s', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await merge();
    expect(await ledgerOf(ADA)).toMatchObject({ entries: 1, active: 1, others: { [VIC]: 1 } });
    await part();
    expect(await world.instances(VIC)).toMatchObject([
      { id: instanceIdOf('cart', { of: VIC }), ordinal: 1, status: 'active' },
    ]);
    expect(await ledgerOf(VIC)).toEqual({ entries: 1, active: 1, lastEntryAt: START });
    expect(await ledgerOf(ADA)).toMatchObject({ entries: 0, active: 0, ordinal: 1 });
    await world.take(knock(ADA), knock(VIC));
    expect(await world.instances()).toMatchObject([{ ordinal: 2, status: 'active' }]);
    expect(await refusals(VIC)).toEqual(['ALREADY_ACTIVE']);
  });

  it('is waited for at her doors until it has come back, ended or not', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry } }));
    await world.take(knock(VIC));
    await merge();
    await world.until(NOW + HOUR);
    parted();
    await world.take(knock(VIC));
    expect(await refusals(VIC)).toEqual(['ALREADY_ACTIVE']);
    await world.take(undone());
    await world.take(call(VIC));
    expect(await ledgerOf(VIC)).toEqual({
      entries: 1,
      active: 0,
      lastEntryAt: START,
      lastExitAt: new Date(NOW + HOUR).toISOString(),
    });
    await world.take(knock(VIC, { receivedAt: new Date(NOW + HOUR).toISOString() }));
    expect(await world.instances(VIC)).toMatchObject([{ ordinal: 2, status: 'active' }]);
  });

  it.each([
    ['before the move is put down', [[undone], [given], [() => call(ADA)], [() => call(VIC)]]],
    ['before it is taken up', [[given], [undone], [() => call(ADA)], [() => call(VIC)]]],
    ['in one batch with the call', [[given], [() => call(ADA), undone], [() => call(VIC)]]],
  ])('that comes %s loses nothing', async (_, batches) => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    parted();
    for (const batch of batches) {
      await world.take(...batch.map((make) => make()));
      world.restart();
    }
    expect(await world.instances()).toEqual([]);
    expect(await world.instances(VIC)).toMatchObject([{ ordinal: 1, status: 'active' }]);
    expect([await ledgerOf(VIC), await ledgerOf(ADA)]).toMatchObject([
      { entries: 1, active: 1 },
      { entries: 0, active: 0 },
    ]);
  });

  it('and again, and again', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    for (let i = 0; i < 3; i += 1) {
      await merge();
      expect(await world.instances()).toMatchObject([{ status: 'active', origin: { customerId: VIC, ordinal: 1 } }]);
      await part();
      expect(await world.instances(VIC)).toMatchObject([{ status: 'active', ordinal: 1 }]);
    }
    expect(await ledgerOf(VIC)).toMatchObject({ entries: 1, active: 1 });
  });

  it('what is told of her message to the one who had it finds its instance, on its way or there', async () => {
    await world.apply(aJourney({ start: 'tell', steps: { tell: mail, done: { kind: 'exit', reason: 'told' } } }));
    await world.take(knock(VIC));
    await merge();
    parted();
    await world.take(undone());
    const of = { instanceId: instanceIdOf('cart', { of: VIC }), step: 'tell', over: { of: ADA } };
    await world.take(anOutcome('Email Sent', of));
    await world.take(call(VIC));
    expect(await world.instances(VIC)).toMatchObject([{ status: 'ended', reason: 'told' }]);
  });

  it('what it has asked for while it was the other’s was written for both and goes to nobody, what was asked for her stays so', async () => {
    await world.apply(
      aJourney({
        start: 'rest',
        steps: { rest: { kind: 'wait', for: 'PT1H', next: 'tell' }, tell: mail, done: { kind: 'exit' } },
      }),
    );
    await world.take(knock(VIC));
    await merge();
    await world.until(NOW + HOUR);
    await part();
    const asked = (await world.interactions()).map(({ type, customerId }) => [type, customerId]);
    expect(asked).toEqual([
      ['act', ADA],
      ['cancel', ADA],
    ]);
    expect(await world.interactions()).toContainEqual(
      expect.objectContaining({ because: 'it was written for one person, who turned out to be two' }),
    );
    await merge();
    await part();
    expect((await world.interactions()).filter(({ type }) => type === 'cancel')).toHaveLength(2);
  });

  it('who waits at a door goes back to it, and what she has called goes with it', async () => {
    const called = aJourney({ id: 'child', entry: { call: true } });
    const steps = {
      first: { kind: 'wait', for: 'PT1M', next: 'more' },
      more: { kind: 'call', journey: 'child', wait: true, next: 'done' },
      done: { kind: 'exit' },
    };
    await world.apply(aJourney({ start: 'first', steps }), called, aJourney({ id: 'door', entry: { event: 'Rang' } }));
    await world.journeyState.controls.pause('door', {});
    await world.take(knock(VIC), anEvent('Rang', { of: VIC }));
    await merge();
    await world.until(NOW + MINUTE);
    await part();
    expect(await world.instances()).toEqual([]);
    expect((await world.instances(VIC)).map(({ journeyId }) => journeyId)).toEqual(['cart', 'child']);
    await world.journeyState.controls.resume('door');
    expect((await world.instances(VIC)).map(({ journeyId }) => journeyId)).toEqual(['cart', 'child', 'door']);
    expect(await world.instances()).toEqual([]);
  });

  it('an entry made for her while they were one is hers', async () => {
    const steps = { rest: { kind: 'wait', for: 'PT1M', next: 'done' }, done: { kind: 'exit' } };
    await world.apply(aJourney({ steps }));
    await world.journeyState.controls.pause('cart', {});
    await world.take(knock(VIC));
    await merge();
    await world.journeyState.controls.resume('cart');
    expect(await world.instances()).toMatchObject([{ origin: { customerId: VIC } }]);
    await part();
    expect(await ledgerOf(VIC)).toMatchObject({ entries: 1 });
    expect(await ledgerOf(ADA)).toMatchObject({ entries: 0 });
    await world.until(NOW + MINUTE);
    await world.take(knock(VIC), knock(ADA));
    expect([await refusals(VIC), await refusals(ADA)]).toEqual([['REENTRY_NEVER'], []]);
  });

  it('before what was hers has come, and at her doors she is inside until it has', async () => {
    await world.apply(aJourney({ entry: { event: 'Cart Left', reentry } }));
    await world.take(knock(VIC));
    await world.take(given());
    parted();
    await world.take(undone());
    await world.take(call(VIC), knock(VIC));
    expect(await refusals(VIC)).toEqual(['ALREADY_ACTIVE']);
    await world.take(call(ADA));
    await world.take(call(VIC));
    expect(await world.instances(VIC)).toMatchObject([{ status: 'active', ordinal: 1 }]);
    await expectAddedUp(false);
  });

  it('an await of the survivor no longer looks back for what the other did', async () => {
    const bought = { id: 'bought', event: 'Bought', next: 'done' };
    const steps = {
      look: { kind: 'await', any: [bought], lookBack: 'P1D', timeout: { after: 'P1D', next: 'done' } },
      done: { kind: 'exit' },
    };
    await world.apply(aJourney({ start: 'look', steps }));
    await world.take(anEvent('Bought', { of: VIC }));
    await merge();
    await part();
    at(NOW + MINUTE);
    await world.take(knock(ADA));
    expect(await world.instances()).toMatchObject([{ status: 'active', step: 'look' }]);
  });

  it('who left by the merge stays out, and nobody enters', async () => {
    await world.apply(aJourney());
    await world.take(knock(ADA));
    at(NOW + MINUTE);
    await world.take(knock(VIC));
    await merge();
    await part();
    expect(await world.instances(VIC)).toEqual([]);
    expect((await world.instances()).map(({ status, reason }) => [status, reason])).toEqual([
      ['active', undefined],
      ['ended', 'MERGED'],
    ]);
    expect((await world.emitted()).filter(({ event }) => event === 'Journey Entered')).toHaveLength(2);
  });

  it('through several ids: what was on its way to one given up meanwhile comes to the last, and goes back to whose it is', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await world.take(given());
    world.know(aCustomer({ version: 2, mergedInto: BOB }));
    world.know(aCustomer({ id: BOB, version: 1, mergedFrom: [VIC, ADA] }));
    await world.take(own('Customer Merged', ADA, { into: BOB }));
    await world.take(own('Journey Merged', BOB, { to: ADA }), call(BOB));
    expect(await world.instances(BOB)).toMatchObject([{ status: 'active', origin: { customerId: VIC, ordinal: 1 } }]);
    world.know(aCustomer({ id: BOB, version: 2, parted: [{ id: ADA, ids: [ADA, VIC], at: START }] }));
    world.know(aCustomer({ version: 3, mergedFrom: [VIC], partedFrom: { id: BOB, at: START } }));
    await world.take(own('Customer Merge Undone', BOB, { from: ADA }));
    await world.take(call(ADA));
    expect(await world.instances()).toMatchObject([{ status: 'active', origin: { customerId: VIC, ordinal: 1 } }]);
    await part();
    expect(await world.instances(VIC)).toMatchObject([{ status: 'active', ordinal: 1 }]);
    expect(await world.instances(VIC)).not.toMatchObject([{ origin: expect.anything() }]);
    expect([await ledgerOf(VIC), await ledgerOf(ADA), await ledgerOf(BOB)]).toMatchObject([
      { entries: 1, active: 1 },
      { entries: 0, active: 0 },
      { entries: 0, active: 0 },
    ]);
  });

  it('is believed of the platform alone', async () => {
    await world.apply(aJourney());
    await world.take(knock(VIC));
    await merge();
    parted();
    await world.take({ ...undone(), source: 'shop' as never });
    expect(await world.instances()).toHaveLength(1);
  });

  it('however it is interleaved, each is in one place at the end, and the ledgers add up', async () => {
    const deed = fc.constantFrom(
      'merge',
      'part',
      'knock VIC',
      'knock ADA',
      'given',
      'undone',
      'call ADA',
      'call VIC',
      'time',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 14 }), async (deeds) => {
        world = new JourneyWorld();
        let isMerged = false;
        const know = (now: boolean): void => ((isMerged = now), now ? merged() : parted());
        know(false);
        await world.apply(
          aJourney({
            entry: { event: 'Cart Left', reentry: { always: { maxConcurrent: 3 } } },
            policy: { class: 'transactional', onMerge: 'keepBoth' },
          }),
        );
        const acts: Record<string, () => unknown> = {
          merge: () => know(true),
          part: () => know(false),
          // A customer who is given up has no events: they are told of the one she is.
          'knock VIC': () => world.take(knock(isMerged ? ADA : VIC)),
          'knock ADA': () => world.take(knock(ADA)),
          given: () => isMerged && world.take(given()),
          undone: () => world.take(undone()),
          'call ADA': () => world.take(call(ADA)),
          'call VIC': () => world.take(own('Journey Merged', isMerged ? ADA : VIC, { to: VIC })),
          time: () => at(world.clock.now() + MINUTE),
        };
        for (const each of deeds) await acts[each]!();
        // What has been said is heard in the end, and what was put down is taken up.
        for (const act of isMerged
          ? ['given', 'call ADA', 'call VIC']
          : ['undone', 'call ADA', 'call VIC', 'call ADA', 'call VIC'])
          await acts[act]!();
        await expectAddedUp(isMerged);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
