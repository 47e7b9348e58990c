import { describe, expect, it } from '@jest/globals';
import { segmentCallSchema } from '@waymark/contracts';
import { generateWeek, TICK_MS, TICKS, TICKS_A_DAY, TICKS_AN_HOUR, type Happening } from './population.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const week = (seed: number, customers = 150): Happening[] => generateWeek({ seed, customers, start: START });

/** Who does it, known or not. */
function personOf({ call }: Happening): string {
  return ((call['userId'] ?? call['anonymousId']) as string).replace('device-', '');
}

function byPerson(happenings: readonly Happening[]): Map<string, Happening[]> {
  const people = new Map<string, Happening[]>();
  for (const happening of happenings)
    people.set(personOf(happening), [...(people.get(personOf(happening)) ?? []), happening]);
  return people;
}

const tickOf = (its: readonly Happening[], event: string): number | undefined =>
  its.find(({ call }) => call['event'] === event)?.tick;

describe('a simulated week', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(week(1)).toEqual(week(1));
    expect(week(1)).not.toEqual(week(2));
  });

  it('gives nobody another life because there are more people', () => {
    const few = week(1, 20);
    const known = new Set(few.map(personOf));
    expect(week(1, 60).filter((happening) => known.has(personOf(happening)))).toEqual(few);
  });

  it('is empty without people', () => {
    expect(week(1, 0)).toEqual([]);
  });
});

describe.each([1, 2, 3, 4, 5])('a simulated week of seed %d', (seed) => {
  const happenings = week(seed);

  it('lets nobody do more than one thing in a tick, so that the order of things never depends on speed', () => {
    const taken = happenings.map((happening) => `${personOf(happening)} ${happening.tick}`);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('has everybody in it', () => {
    expect([...byPerson(happenings).keys()].sort()).toEqual(
      Array.from({ length: 150 }, (_, i) => `c${String(i + 1).padStart(5, '0')}`),
    );
  });

  it('is in order of ticks, each within the week and at its moment', () => {
    const ticks = happenings.map(({ tick }) => tick);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    expect(ticks.every((tick) => Number.isInteger(tick) && tick >= 0 && tick < TICKS)).toBe(true);
    for (const { tick, call } of happenings)
      expect(call['timestamp']).toBe(new Date(START + tick * TICK_MS).toISOString());
  });

  it('is made of calls that the platform takes, each with a message id of its own (R71)', () => {
    for (const { call } of happenings) expect(segmentCallSchema.safeParse(call).error).toBeUndefined();
    expect(new Set(happenings.map(({ call }) => call['messageId'])).size).toBe(happenings.length);
  });

  it('lets people introduce themselves before they sign up, and order what is in their cart', () => {
    for (const [, its] of byPerson(happenings)) {
      const introduced = its.find(({ call }) => call['type'] === 'identify')?.tick;
      const signedUp = tickOf(its, 'Signed Up');
      if (signedUp !== undefined) expect(introduced).toBeLessThan(signedUp);
      const added = its.filter(({ call }) => call['event'] === 'Product Added');
      for (const { tick, call } of its.filter((each) => each.call['event'] === 'Order Completed')) {
        const { cart_id: cart } = call['properties'] as { cart_id: string };
        const its1 = added.find((each) => (each.call['properties'] as { cart_id: string }).cart_id === cart);
        expect(its1?.tick).toBeLessThan(tick);
      }
    }
  });

  it('has nights, in which little happens', () => {
    const hours = happenings.map(({ tick }) => Math.floor((tick % TICKS_A_DAY) / TICKS_AN_HOUR));
    const between = (from: number, to: number): number => hours.filter((hour) => hour >= from && hour < to).length;
    expect(between(1, 5)).toBeLessThan(between(18, 22) / 4);
  });
});
