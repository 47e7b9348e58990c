import { describe, expect, it } from '@jest/globals';
import { WaymarkError, type Topic } from '@waymark/contracts';
import { trimLog } from './trim-log.js';

interface Trim {
  topic: Topic;
  partition: number;
  offset: number;
}

interface World {
  readers: [Topic, number, number][];
  rounds?: number;
  /** How many dead letters each partition has. */
  letters?: number[];
}

/** A log that is trimmed as often as `rounds` says, by readers that are this far. */
function world({ readers, rounds = 1, letters = [] }: World) {
  const trimmed: Trim[] = [];
  const warned: object[] = [];
  const errors: object[] = [];
  let failing: Error | undefined;
  /** What further calls still find to trim, the last first. */
  const left: number[] = [];
  const pauses = Array.from({ length: rounds }, () => true);
  const log = {
    partitions: letters.length,
    endOffset: async ({ partition }: { partition: number }): Promise<number> => letters[partition] ?? 0,
    trim: async (to: Trim): Promise<number> => {
      trimmed.push(to);
      const error = failing;
      failing = undefined;
      if (error) throw error;
      return left.pop() ?? 0;
    },
  };
  const processors = readers.map(([source, partition, nextOffset]) => ({ source, partition, nextOffset }));
  const warn = (line: object): void => void warned.push(line);
  const error = (line: object): void => void errors.push(line);
  const start = (): { stop(): Promise<void> } =>
    trimLog({ processors, log }, { warn, error } as never, async () => pauses.pop() ?? false);
  return { start, trimmed, warned, errors, left, fail: (error: Error) => (failing = error) };
}

describe('trimLog (P6)', () => {
  it.each<[number, Trim[]]>([
    [0, []],
    [19_999, []],
    [20_000, []],
    [20_001, [{ topic: 'events', partition: 2, offset: 1 }]],
    [1_000_000, [{ topic: 'events', partition: 2, offset: 980_000 }]],
  ])('keeps 20,000 records behind a reader that is at %d', async (nextOffset, expected) => {
    const { start, trimmed } = world({ readers: [['events', 2, nextOffset]] });
    await start().stop();
    expect(trimmed).toEqual(expected);
  });

  it('goes by each partition’s own reader, and leaves alone what nobody here reads', async () => {
    const { start, trimmed } = world({
      readers: [
        ['events.raw', 0, 30_000],
        ['events.raw', 1, 5],
        ['actions', 1, 20_500],
      ],
    });
    await start().stop();
    expect(trimmed).toEqual([
      { topic: 'events.raw', partition: 0, offset: 10_000 },
      { topic: 'actions', partition: 1, offset: 500 },
    ]);
  });

  it('keeps the newest 100,000 dead letters of each partition: nobody processes them', async () => {
    const { start, trimmed } = world({ readers: [], letters: [100_000, 7, 100_001] });
    await start().stop();
    expect(trimmed).toEqual([{ topic: 'dead-letters', partition: 2, offset: 1 }]);
  });

  it('goes on until nothing is left that was read', async () => {
    const { start, trimmed, left } = world({ readers: [['events', 0, 50_000]] });
    left.push(123, 10_000, 10_000);
    await start().stop();
    expect(trimmed).toEqual(Array.from({ length: 4 }, () => ({ topic: 'events', partition: 0, offset: 30_000 })));
  });

  it('does nothing before its first pause is over', async () => {
    const { start, trimmed } = world({ readers: [['events', 0, 30_000]], rounds: 0 });
    await start().stop();
    expect(trimmed).toEqual([]);
  });

  it('tells of a log that is away and tries again the next time', async () => {
    const { start, trimmed, warned, fail } = world({ readers: [['events', 0, 30_000]], rounds: 2 });
    const error = new WaymarkError('STORE_UNAVAILABLE', 'the database is down');
    fail(error);
    await start().stop();
    expect(warned).toEqual([{ err: error }]);
    expect(trimmed).toHaveLength(2);
  });

  it('tells of a defect as an error, and trims no more', async () => {
    const { start, trimmed, warned, errors, fail } = world({ readers: [['events', 0, 30_000]], rounds: 2 });
    const defect = new TypeError('x is not a function');
    fail(defect);
    await start().stop();
    expect([warned, errors]).toEqual([[], [{ err: defect }]]);
    expect(trimmed).toHaveLength(1);
  });

  it('stops at once, whatever is left of its half minute', async () => {
    const trimming = trimLog(
      { processors: [], log: { trim: async () => 0, endOffset: async () => 0, partitions: 0 } },
      { warn: () => undefined } as never,
    );
    await expect(trimming.stop()).resolves.toBeUndefined();
  });
});
