import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { JourneyWorld } from './testing/journey-world.js';
import { aJourney, anEvent, HOUR, NOW } from './testing/samples.js';

/** More than two pages of timers. */
const CROWD = 1_200;

/** When everything has happened that happens without the clock. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await turn();
}

describe('R12: a crowd whose waits end at one moment', () => {
  it('goes on at that moment, page after page: nobody waits for the clock to move again', async () => {
    const world = new JourneyWorld();
    await world.apply(aJourney());
    const crowd = Array.from({ length: CROWD }, (_, i) => `c${i}` as CustomerId);
    for (let i = 0; i < CROWD; i += 100)
      await world.take(...crowd.slice(i, i + 100).map((of) => anEvent('Cart Left', { of, messageId: of })));

    const stop = new AbortController();
    let pauses = 0;
    const ended = world.run({ signal: stop.signal, pause: async () => void (pauses += 1) });
    await quiet();
    world.clock.moveTo(NOW + HOUR);
    await quiet();
    stop.abort();
    expect(await ended).toEqual({});
    const pages = world.measured.filter(({ length }) => length > 0);
    expect(pages.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(pages.flat()).toEqual(Array(CROWD).fill({ what: 'timer', service: 'journey-state', latenessMs: 0 }));
    expect([pauses, await world.store.population()]).toEqual([0, []]);
  });
});
