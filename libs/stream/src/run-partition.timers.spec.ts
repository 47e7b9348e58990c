import { describe, expect, it } from '@jest/globals';
import type { EpochMs } from '@waymark/contracts';
import { ManualClock } from '@waymark/ports';
import { runPartition } from './run-partition.js';
import { hasSettled } from './testing/gate.js';
import { ledgerTopology } from './testing/ledger-topology.js';
import { add, alarm, World } from './testing/world.js';

/** A clock that says for which moments somebody has slept. */
class AskedClock extends ManualClock {
  readonly asked: EpochMs[] = [];

  override wakeAt(at: EpochMs, signal: AbortSignal): Promise<void> {
    this.asked.push(at);
    return super.wakeAt(at, signal);
  }
}

/** A partition that runs, with a clock that moves by hand, and how often it has paused in real time. */
async function running(given: readonly object[], dueMax = Infinity) {
  const clock = new AskedClock(0);
  const world = new World({ clock });
  world.send(...given);
  const stop = new AbortController();
  let pauses = 0;
  const pause = async (): Promise<void> => void (pauses += 1);
  const ended = runPartition(world.processor({ fold: ledgerTopology(world.store, dueMax).fold }), {
    signal: stop.signal,
    pause,
  });
  await quiet();
  return {
    ...{ clock, world },
    pauses: () => pauses,
    async moveTo(to: EpochMs) {
      clock.moveTo(to);
      await quiet();
    },
    async send(value: object) {
      world.send(value);
      await quiet();
    },
    async end() {
      stop.abort();
      expect(await ended).toEqual({});
    },
  };
}

/** When everything has happened that happens without the clock. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await hasSettled(Promise.resolve());
}

describe('R12: a partition that has nothing to do but timers', () => {
  it('sleeps until the very moment of the next one, and asks for no other', async () => {
    const { clock, world, moveTo, end } = await running([alarm('a', 50), alarm('b', 80), alarm('c', 9_000_000)]);
    expect(clock.asked).toEqual([50]);
    await moveTo(49);
    expect(await world.outputs()).toEqual([]);
    await moveTo(50);
    expect(await world.outputs()).toEqual(['fired a']);
    await moveTo(80);
    expect(await world.outputs()).toEqual(['fired a', 'fired b']);
    expect(clock.asked).toEqual([50, 80, 9_000_000]);
    await end();
  });

  it('sleeps less when an earlier one is set meanwhile, and longer when the first is cancelled', async () => {
    const { clock, world, moveTo, send, end } = await running([alarm('late', 80)]);
    await send(alarm('early', 60));
    await send({ type: 'cancel', id: 'late' });
    await send(alarm('later', 90));
    await moveTo(60);
    expect(await world.outputs()).toEqual(['cancelled late', 'fired early']);
    expect(clock.asked).toEqual([80, 60, 60, 60, 90]);
    await end();
  });

  it('fires one that is due while it is busy with the batch that comes next', async () => {
    const { clock, world, send, end } = await running([alarm('a', 50)]);
    clock.moveTo(70);
    await send(add('1'));
    expect(await world.outputs()).toEqual(['added 1 1', 'fired a']);
    await end();
  });

  it('does not wait between the pages of a crowd that is due at one moment', async () => {
    const crowd = Array.from({ length: 7 }, (_, i) => alarm(`a${i}`, 50));
    const { clock, world, moveTo, pauses, end } = await running(crowd, 2);
    await moveTo(50);
    expect(await world.outputs()).toHaveLength(7);
    expect([clock.asked, pauses()]).toEqual([[50], 0]);
    await end();
  });
});
