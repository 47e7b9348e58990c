import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { ManualClock } from '@waymark/ports';
import { keepHouse } from './keep-house.js';

const HOUR = 3_600_000;

/** A house in which pages are found as given, and which is stopped after so many pauses. */
function world({
  pages = [0],
  pauses = 0,
  fails = {},
}: {
  pages?: number[];
  pauses?: number;
  fails?: Record<string, Error>;
}) {
  const done: string[] = [];
  const told: string[] = [];
  const waited: number[] = [];
  const counted: Record<string, number> = {};
  const kept: number[] = [];
  const attempt = <T>(what: string, result: T): T => {
    done.push(what);
    const error = fails[what];
    delete fails[what];
    if (error) throw error;
    return result;
  };
  const house = {
    makePartitions: async () => attempt('make', ['history_2027_01']),
    forgetPage: async (now: number) => {
      const instances = pages.shift() ?? 0;
      return attempt(`page ${now}`, {
        forgotten: { instances, 'recent-events': 1, refusals: 2 },
        isLast: pages.length === 0,
      });
    },
    dropPartitions: async () => attempt('drop', ['history_2025_10']),
  };
  const metrics = {
    forgotten: (what: string, count: number) => void (counted[what] = (counted[what] ?? 0) + count),
    housekept: (_: string, at: number) => void kept.push(at),
  };
  const say = (level: string) => (_: object, line: string) => void told.push(`${level}: ${line}`);
  const logger = { info: say('info'), warn: say('warn'), error: say('error') } as never;
  const pause = async (ms: number): Promise<boolean> => waited.push(ms) <= pauses;
  const run = (): Promise<void> => keepHouse({ house, clock: new ManualClock(5), metrics }, logger, pause).stop();
  return { run, done, told, waited, counted, kept };
}

describe('keepHouse', () => {
  it('begins at once, makes partitions, forgets page after page, drops at last, and comes again in an hour', async () => {
    const { run, done, waited, counted, kept, told } = world({ pages: [1_000, 1_000, 7], pauses: 2 });
    await run();
    expect(done).toEqual(['make', 'page 5', 'page 5', 'page 5', 'drop']);
    expect(waited).toEqual([100, 100, HOUR]);
    expect(counted).toEqual({ instances: 2_007, 'recent-events': 3, refusals: 6, 'history-partitions': 1 });
    expect(kept).toEqual([0, expect.any(Number)]);
    expect(told).toEqual([
      'info: partitions of the history were made',
      'info: partitions of the history were past their retention',
    ]);
  });

  it('tries again in a minute what had to wait, and does what comes before it again', async () => {
    const { run, done, waited, kept, told } = world({
      pauses: 1,
      fails: { drop: new WaymarkError('STORE_UNAVAILABLE', 'a long reader') },
    });
    await run();
    expect(done).toEqual(['make', 'page 5', 'drop', 'make', 'page 5', 'drop']);
    expect(waited).toEqual([60_000, HOUR]);
    expect(kept).toHaveLength(2);
    expect(told).toContain('warn: housekeeping of journey-state has to wait');
  });

  it('says a defect aloud, and goes on all the same', async () => {
    const { run, done, told } = world({ pauses: 1, fails: { make: new TypeError('x is undefined') } });
    await run();
    expect(done).toEqual(['make', 'make', 'page 5', 'drop']);
    expect(told[0]).toBe('error: housekeeping of journey-state fails');
  });

  it('ends between two pages when it is stopped', async () => {
    const { run, done } = world({ pages: [1_000, 1_000, 1_000], pauses: 0 });
    await run();
    expect(done).toEqual(['make', 'page 5', 'drop']);
  });
});
