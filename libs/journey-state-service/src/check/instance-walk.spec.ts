import { beforeEach, describe, expect, it } from '@jest/globals';
import type { InstanceId } from '@waymark/contracts';
import { InstanceWalk } from './instance-walk.js';
import type { InspectedPage } from './inspector.js';
import { REASONS, type Finding, type Reason } from './reasons.js';

const MINUTE = 60_000;

function finding(instanceId: string, reason: Reason = 'stuck'): Finding {
  return {
    reason,
    journeyId: 'cart',
    instanceId: instanceId as InstanceId,
    detail: 'it is',
    means: 'it is',
    action: 'do',
  };
}

/** Tells of pages what it was told of them, and remembers what was asked. */
class Scripted {
  readonly asked: string[] = [];
  readonly pages = new Map<string, InspectedPage>();
  atDoors: Finding[] = [];
  isAway = false;

  async page({ partition, after, max }: { partition: number; after: string; max: number }): Promise<InspectedPage> {
    this.asked.push(`${partition}:${after} ${max}`);
    if (this.isAway) throw new Error('away');
    return this.pages.get(`${partition}:${after}`) ?? { findings: [], checked: 0, next: undefined };
  }

  async doors(): Promise<Finding[]> {
    return this.atDoors;
  }
}

let inspector: Scripted;
let walk: InstanceWalk;

beforeEach(() => {
  inspector = new Scripted();
  walk = new InstanceWalk(inspector);
});

const page = (at: string, over: Partial<InspectedPage>): unknown =>
  inspector.pages.set(at, { findings: [], checked: 1, next: undefined, ...over });
const broken = (): Partial<Record<Reason, number>> =>
  Object.fromEntries(walk.broken().flatMap(({ reason, count }) => (count > 0 ? [[reason, count]] : [])));

describe('the walk', () => {
  it('reads one page a step, of the partitions in turn', async () => {
    page('0:', { next: 'm' });
    page('3:', { next: 'n' });
    for (let i = 0; i < 4; i += 1) await walk.step([0, 3], 0);
    expect(inspector.asked).toEqual(['0: 200', '3: 200', '0:m 200', '3:n 200']);
  });

  it('rests a minute between two rounds of a partition', async () => {
    for (const now of [0, 1, MINUTE - 1, MINUTE]) await walk.step([0], now);
    expect(inspector.asked).toHaveLength(2);
  });

  it('goes on where it is after a page that could not be read', async () => {
    page('0:', { next: 'm' });
    await walk.step([0], 0);
    inspector.isAway = true;
    await expect(walk.step([0], 0)).rejects.toThrow('away');
    inspector.isAway = false;
    await walk.step([0], 0);
    expect(inspector.asked).toEqual(['0: 200', '0:m 200', '0:m 200']);
  });

  it('does nothing where it owns nothing', async () => {
    await walk.step([], 0);
    expect(inspector.asked).toEqual([]);
  });
});

describe('what is broken', () => {
  it('is named with all reasons, also those of which there is none', () => {
    expect(walk.broken()).toEqual(Object.keys(REASONS).map((reason) => ({ reason, count: 0 })));
  });

  it('rises with the page that finds it, and falls when a whole round has not found it any more', async () => {
    page('0:', { findings: [finding('a')], next: 'm' });
    await walk.step([0], 0);
    expect(broken()).toEqual({ stuck: 1 });
    page('0:m', { findings: [finding('n', 'ledger')] });
    await walk.step([0], 0);
    expect(broken()).toEqual({ stuck: 1, ledger: 1 });
    page('0:', { next: 'm' });
    await walk.step([0], MINUTE);
    expect(broken()).toEqual({ stuck: 1, ledger: 1 });
    await walk.step([0], MINUTE);
    expect(broken()).toEqual({ ledger: 1 });
  });

  it('is counted over partitions, with who waits at doors, and forgotten with a partition that is lost', async () => {
    page('0:', { findings: [finding('a')] });
    page('1:', { findings: [finding('b')] });
    inspector.atDoors = [finding('door', 'orphaned-entrants')];
    await walk.step([0, 1], 0);
    await walk.step([0, 1], 0);
    expect(broken()).toEqual({ stuck: 2, 'orphaned-entrants': 2 });
    await walk.step([1], 0);
    expect(broken()).toEqual({ stuck: 1, 'orphaned-entrants': 1 });
  });
});

describe('the report', () => {
  it('has the last whole round, and each finding once', async () => {
    page('0:', { findings: [finding('a')], checked: 7 });
    await walk.step([0], 0);
    await walk.step([0], MINUTE);
    expect(walk.report()).toEqual([
      { partition: 0, lastRound: { beganAt: '1970-01-01T00:01:00.000Z', checked: 7 }, findings: [finding('a')] },
    ]);
  });

  it('keeps the newest hundred findings of a partition; all are counted', async () => {
    page('0:', { findings: Array.from({ length: 150 }, (_, i) => finding(`i${i}`)) });
    await walk.step([0], 0);
    const { findings } = walk.report()[0]!;
    expect(findings.map(({ instanceId }) => instanceId)).toEqual(Array.from({ length: 100 }, (_, i) => `i${i + 50}`));
    expect(broken()).toEqual({ stuck: 150 });
  });
});
