import { beforeEach, describe, expect, it } from '@jest/globals';
import type { InstanceId } from '@waymark/contracts';
import { JourneyWorld } from '../testing/journey-world.js';
import { ADA, aJourney, anEvent, HOUR, instanceIdOf, NOW, reentry } from '../testing/samples.js';

const YEAR = 365 * 24 * HOUR;
const LATER = NOW + 2 * YEAR;

let world: JourneyWorld;

beforeEach(() => {
  world = new JourneyWorld();
});

/** Runs through a journey, and two years later everything that is over is forgotten. */
async function forgotten(over: Record<string, unknown>): Promise<void> {
  await world.apply(aJourney(over));
  await world.take(anEvent('Cart Left', { messageId: 'first' }));
  await world.until(LATER);
  const { instances } = await world.store.forget({ endedBefore: LATER - YEAR, now: LATER, max: 10 });
  expect(instances).toBe(1);
  expect(await world.instances()).toEqual([]);
}

const comesAgain = (): Promise<void> =>
  world.take(anEvent('Cart Left', { messageId: 'second', receivedAt: new Date(LATER).toISOString() }));

describe('after its instance is forgotten', () => {
  it('a `never` still refuses (R2)', async () => {
    await forgotten({});
    await comesAgain();
    expect(await world.instances()).toEqual([]);
    expect((await world.history()).at(-1)?.trace).toEqual([
      expect.objectContaining({
        what: 'refused',
        reason: 'REENTRY_NEVER',
        detail: expect.stringContaining('2026-05-04'),
      }),
    ]);
  });

  it('whoever may enter again is the next in order (R1)', async () => {
    await forgotten({ entry: { event: 'Cart Left', reentry } });
    await comesAgain();
    const second = { id: instanceIdOf('cart', { ordinal: 2 }), ordinal: 2, status: 'active' };
    expect(await world.instances()).toEqual([expect.objectContaining(second)]);
    expect((await world.checks.check.page({ limit: 10 })).findings).toEqual([]);
  });

  it('whoever was assigned stays so, whatever the weights are now (R47)', async () => {
    const split = (weight: number): Record<string, unknown> => ({
      entry: { event: 'Cart Left', reentry },
      start: 'fork',
      steps: {
        fork: {
          kind: 'split',
          seed: 'hero',
          variants: [
            { id: 'a', weight, next: 'rest' },
            { id: 'b', weight: 100 - weight, next: 'rest' },
          ],
        },
        rest: { kind: 'wait', for: 'PT1H', next: 'done' },
        done: { kind: 'exit' },
      },
    });
    await world.apply(aJourney(split(50)));
    await world.take(anEvent('Cart Left', { messageId: 'probe', of: ADA }));
    const variant = (await world.instances())[0]!.steps['fork']!.variant;
    await world.until(LATER);
    await world.store.forget({ endedBefore: LATER - YEAR, now: LATER, max: 10 });
    await world.apply(aJourney(split(variant === 'a' ? 1 : 99)));
    await comesAgain();
    expect((await world.instances()).map((each) => each.steps['fork']?.variant)).toEqual([variant]);
  });

  it('what is told of it moves nothing: a late outcome, or the end of what it called', async () => {
    await forgotten({});
    const instanceId = instanceIdOf('cart') as InstanceId;
    const before = await world.told();
    await world.take(anEvent('Journey Ended', { cause: { instanceId } }));
    expect(await world.told()).toEqual(before);
    expect(await world.instances()).toEqual([]);
  });
});
