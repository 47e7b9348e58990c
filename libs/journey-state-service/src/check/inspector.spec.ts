import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionId, InstanceId } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import type { Delivery } from '@waymark/ports';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aJourney, anEvent, BOB, HOUR, mail, MINUTE, NOW, START } from '../testing/samples.js';
import { REASONS, type Finding } from './reasons.js';

const DAY = 24 * HOUR;

let world: JourneyWorld;

beforeEach(async () => {
  world = new JourneyWorld();
  await world.apply(
    aJourney(),
    aJourney({ id: 'news', entry: { event: 'Subscribed' }, start: 'mail', steps: { mail, done: { kind: 'exit' } } }),
    aJourney({
      id: 'outer',
      entry: { event: 'Called' },
      start: 'inner',
      steps: { inner: { kind: 'call', journey: 'inner', wait: true, next: 'done' }, done: { kind: 'exit' } },
    }),
    aJourney({ id: 'inner', entry: { call: true } }),
  );
  await world.take(anEvent('Cart Left'), anEvent('Subscribed'), anEvent('Called', { of: BOB }));
});

const check = async (): Promise<Finding[]> => (await world.checks.check.page({ limit: 100 })).findings;
const reasons = async (): Promise<string[]> => (await check()).map(({ reason }) => reason);
const its = async (journeyId: string, of = ADA): Promise<Instance> =>
  (await world.instances(of)).find((each) => each.journeyId === journeyId)!;
const spoil = async (over: Partial<Instance>): Promise<void> =>
  world.plant({ instances: [{ ...(await its('cart')), ...over }] });
const settled = (actionId: ActionId): Delivery => ({ actionId, state: 'sent', settledAt: NOW }) as Delivery;

it('a healthy world has nothing to find, whatever the clock says', async () => {
  expect(await check()).toEqual([]);
  await world.until(NOW + 13 * DAY);
  expect((await check()).filter(({ reason }) => reason !== 'lost-call')).toEqual([]);
});

it('a finding says which instance, what is wrong, and what to do', async () => {
  await spoil({ step: 'gone' });
  const { id, version } = await its('cart');
  expect(await check()).toEqual([
    {
      reason: 'unknown-step',
      journeyId: 'cart',
      instanceId: id,
      customerId: ADA,
      version,
      step: 'gone',
      detail: `it is at the step "gone", which version ${version} does not have`,
      ...REASONS['unknown-step'],
    },
  ]);
});

it.each<[string, Partial<Instance>]>([
  ['unknown-version', { version: 'never-was' }],
  ['stuck', { timers: { lifetime: NOW + DAY } }],
  ['left-over', { called: { instanceId: 'x' as InstanceId } }],
])('%s is found', async (reason, over) => {
  await spoil(over);
  expect(await reasons()).toEqual([reason]);
});

it('an instance in an earlier version that is kept is well', async () => {
  await world.apply(aJourney({ steps: { rest: { kind: 'exit' } } }));
  expect(await check()).toEqual([]);
});

it('a ledger that disagrees is found', async () => {
  await world.plant({
    ledgers: [{ journeyId: 'cart', customerId: ADA, correlationKey: '', ledger: { entries: 1, active: 0 } }],
  });
  expect(await reasons()).toEqual(['ledger']);
});

describe('what is overdue', () => {
  beforeEach(() => world.clock.moveTo(NOW + HOUR + 2 * MINUTE));
  const cart = async (): Promise<string[]> =>
    (await check()).flatMap(({ reason, journeyId }) => (journeyId === 'cart' ? [reason] : []));

  it('is found where nothing keeps it from happening', async () => {
    world.lags = [{ service: 'journey-state', partition: 0, lag: 1_000 }];
    expect(await cart()).toEqual(['overdue']);
  });

  it('is none where its partition is behind', async () => {
    world.lags = [{ service: 'journey-state', partition: 0, lag: 1_001 }];
    expect(await cart()).toEqual([]);
  });

  it('is one where only others are behind', async () => {
    world.lags = [
      { service: 'journey-state', partition: 1, lag: 9_000 },
      { service: 'ingestion', partition: 0, lag: 9_000 },
    ];
    expect(await cart()).toEqual(['overdue']);
  });
});

it('timers that stand still are not overdue, nor those that are still to be put off; afterwards they are', async () => {
  const { controls } = world.journeyState;
  await controls.pause('cart', { timers: 'freeze' });
  await controls.pause('inner', { timers: 'freeze' });
  world.clock.moveTo(NOW + 3 * HOUR);
  expect(await check()).toEqual([]);
  await controls.resume('cart');
  expect(await check()).toEqual([]);
  world.clock.moveTo(NOW + 5 * HOUR);
  expect(await reasons()).toEqual(['overdue']);
});

describe('what has gone lost on the ring', () => {
  it('is found by the delivery: settled, and no word of it', async () => {
    const { pending } = await its('news');
    world.deliveries.set(pending!.actionId, settled(pending!.actionId));
    expect(await reasons()).toEqual([]);
    world.clock.moveTo(NOW + 11 * MINUTE);
    expect(await reasons()).toEqual(['unanswered']);
    world.lags = [{ service: 'ingestion', partition: 3, lag: 1_001 }];
    expect(await reasons()).toEqual([]);
  });

  it('is found where nobody knows of the message, after what it may take: longer where it may be held longer', async () => {
    await world.until(NOW + 16 * DAY);
    const unanswered = async (): Promise<string[]> =>
      (await check()).filter(({ reason }) => reason === 'unanswered').map(({ journeyId }) => journeyId);
    expect(await unanswered()).toEqual(['news']);
    await world.journeyState.controls.pause('news', { actions: { hold: 'P30D' } });
    expect(await unanswered()).toEqual([]);
  });

  it('is found by the instance that is waited for: ended, and no word of it', async () => {
    await world.until(NOW + HOUR + 10 * MINUTE);
    expect(await reasons()).toEqual([]);
    world.clock.moveTo(NOW + HOUR + 11 * MINUTE);
    expect(await check()).toMatchObject([{ reason: 'lost-call', journeyId: 'outer', customerId: BOB }]);
  });

  it('is found by the instance that is waited for: there is none', async () => {
    const outer = await its('outer', BOB);
    await world.plant({ instances: [{ ...outer, called: { instanceId: 'none' as InstanceId } }] });
    expect(await reasons()).toEqual(['lost-call']);
  });
});

it('entrants of a journey that is gone are found, those of a paused one are not', async () => {
  const at = (journeyId: string) => ({ id: journeyId, journeyId, event: anEvent('Cart Left'), expiresAt: NOW + DAY });
  await world.plant({ entrants: { queued: [at('cart'), at('gone')], gone: [] } });
  expect(await check()).toEqual([
    {
      reason: 'orphaned-entrants',
      journeyId: 'gone',
      detail: '1 wait at the door of "gone" in partition 0, and there is no such journey',
      ...REASONS['orphaned-entrants'],
    },
  ]);
});

describe('page after page', () => {
  it('looks at every instance once, and says where to go on', async () => {
    await spoil({ version: 'never-was', enteredAt: START });
    const found: Finding[] = [];
    const checked: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.checks.check.page({ cursor, limit: 3 });
      found.push(...page.findings);
      checked.push(page.checked);
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(checked).toEqual([3, 1]);
    expect(found).toHaveLength(1);
  });

  it.each(['x', '0', 'one:', '-1:a'])('a cursor that no page has ended with (%s) is refused', async (cursor) => {
    await expect(world.checks.check.page({ cursor, limit: 3 })).rejects.toMatchObject({ code: 'INVALID_BODY' });
  });
});
