import { expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { walkInstances } from './walk-instances.js';

const AT_ONCE = { paceMs: 0, retryMs: 0 };

/** Steps that end as they are told to, one after the other, and a promise of the moment at which all were taken. */
function scripted(...ends: (Error | undefined)[]) {
  const steps: (readonly number[])[] = [];
  const told: string[] = [];
  const say = (level: string) => (_: object, line: string) => void told.push(`${level}: ${line}`);
  let done!: () => void;
  const all = new Promise<void>((resolve) => (done = resolve));
  const step = async (owned: readonly number[]): Promise<void> => {
    const end = ends[steps.push(owned) - 1];
    if (steps.length === ends.length) done();
    if (end) throw end;
  };
  const owned = (): number[] => [steps.length];
  const platform = { checks: { walk: { step } }, group: { owned } };
  return { platform, logger: { warn: say('warn'), error: say('error') } as never, steps, told, all };
}

it('walks through the partitions that are its own at that moment, until it is stopped', async () => {
  const { platform, logger, steps, told, all } = scripted(undefined, undefined, undefined);
  const walk = walkInstances(platform, logger, AT_ONCE);
  await all;
  await walk.stop();
  expect(steps.slice(0, 3)).toEqual([[0], [1], [2]]);
  expect(told).toEqual([]);
});

it('goes on when the store was away, and says so', async () => {
  const { platform, logger, told, all } = scripted(new WaymarkError('STORE_UNAVAILABLE', 'away'), undefined);
  const walk = walkInstances(platform, logger, AT_ONCE);
  await all;
  await walk.stop();
  expect(told).toEqual(['warn: a page of instances could not be checked']);
});

it('ends by a defect, loudly', async () => {
  const { platform, logger, steps, told, all } = scripted(undefined, new TypeError('x is undefined'));
  const walk = walkInstances(platform, logger, AT_ONCE);
  await all;
  await walk.stop();
  expect(steps).toHaveLength(2);
  expect(told).toEqual(['error: instances are not checked any more in this process']);
});
