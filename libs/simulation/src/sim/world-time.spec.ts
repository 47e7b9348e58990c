import { beforeEach, describe, expect, it } from '@jest/globals';
import { SkewedClock } from './skewed-clock.js';
import { WorldTime } from './world-time.js';

let time: WorldTime;
let did: string[];
const note = (what: string) => (): void => void did.push(`${what}@${time.now}`);

beforeEach(() => {
  time = new WorldTime(1_000);
  did = [];
});

describe('WorldTime', () => {
  it('lets things happen at their moments, in order, those of one moment in the order they were made', () => {
    for (const [at, what] of [
      [1_300, 'c'],
      [1_100, 'a'],
      [1_300, 'd'],
      [1_200, 'b'],
      [1_900, 'e'],
    ] as const)
      time.at(at, note(what));
    expect(time.next()).toBe(1_100);
    time.moveTo(1_500);
    expect([did, time.now, time.next()]).toEqual([['a@1100', 'b@1200', 'c@1300', 'd@1300'], 1_500, 1_900]);
  });

  it('takes back what was to happen', () => {
    const cancel = time.after(100, note('a'));
    time.after(200, note('b'));
    cancel();
    expect(time.next()).toBe(1_200);
    time.moveTo(2_000);
    expect(did).toEqual(['b@1200']);
    expect(time.next()).toBeUndefined();
  });

  it('does what was to happen in the past now, and what is made on the way too', () => {
    time.at(500, () => time.after(0, note('a')));
    time.moveTo(1_000);
    expect(did).toEqual(['a@1000']);
  });

  it('never goes back', () => {
    time.moveTo(900);
    expect(time.now).toBe(1_000);
  });

  it('keeps the order of many', () => {
    const moments = Array.from({ length: 500 }, (_, i) => 1_000 + ((i * 7_919) % 503));
    for (const moment of moments) time.at(moment, () => did.push(String(moment)));
    time.moveTo(5_000);
    expect(did.map(Number)).toEqual([...moments].sort((a, b) => a - b));
  });
});

describe('SkewedClock', () => {
  const { signal } = new AbortController();

  it('is ahead of the world, or behind, and wakes by its own time', async () => {
    const ahead = new SkewedClock(time, 300, () => 0);
    const behind = new SkewedClock(time, -300, () => 0);
    expect([ahead.now(), behind.now()]).toEqual([1_300, 700]);
    void ahead.wakeAt(2_000, signal).then(note('ahead'));
    void behind.wakeAt(2_000, signal).then(note('behind'));
    await moveBy(700);
    await moveBy(600);
    expect(did).toEqual(['ahead@1700', 'behind@2300']);
  });

  it('stands still while it is set back, and wakes nobody early', async () => {
    const clock = new SkewedClock(time, 500, () => 0);
    expect(clock.now()).toBe(1_500);
    clock.set(0);
    expect(clock.now()).toBe(1_500);
    void clock.wakeAt(1_600, signal).then(note('woken'));
    await moveBy(500);
    expect([clock.now(), did]).toEqual([1_500, []]);
    await moveBy(100);
    expect(did).toEqual(['woken@1600']);
  });

  it('wakes nobody while its machine stands still', async () => {
    const clock = new SkewedClock(time, 0, () => 5_000);
    void clock.wakeAt(1_100, signal).then(note('woken'));
    await moveBy(1_000);
    expect(did).toEqual([]);
    await moveBy(3_000);
    expect(did).toEqual(['woken@5000']);
  });

  it('wakes at once for the past, and when it is told to stop', async () => {
    const clock = new SkewedClock(time, 0, () => 0);
    const abort = new AbortController();
    void clock.wakeAt(900, signal).then(note('past'));
    void clock.wakeAt(9_000, abort.signal).then(note('stopped'));
    abort.abort();
    await moveBy(0);
    expect(did).toEqual(['past@1000', 'stopped@1000']);
    expect(time.next()).toBeUndefined();
  });

  async function moveBy(ms: number): Promise<void> {
    time.moveTo(time.now + ms);
    await new Promise(setImmediate);
  }
});
