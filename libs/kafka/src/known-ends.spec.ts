import { describe, expect, it } from '@jest/globals';
import { KnownEnds } from './known-ends.js';

const NEVER = new AbortController().signal;
const AT = { topic: 'events', partition: 0 };

describe('KnownEnds', () => {
  it('does not ask when it knows', async () => {
    const ends = new KnownEnds();
    ends.reached({ ...AT, end: 5 });
    ends.reached({ ...AT, end: 3 });
    let asked = 0;
    await ends.waitFor({ ...AT, offset: 4 }, NEVER, async () => (asked += 1));
    expect(asked).toBe(0);
  });

  it('wakes who waits for what is appended here, in its partition', async () => {
    const ends = new KnownEnds();
    let isOver = false;
    const waiting = ends.waitFor({ ...AT, offset: 4 }, NEVER, async () => 4).then(() => (isOver = true));
    await new Promise(setImmediate);
    ends.reached({ ...AT, partition: 1, end: 9 });
    ends.reached({ ...AT, end: 4 });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    ends.reached({ ...AT, end: 5 });
    await waiting;
    expect(isOver).toBe(true);
  });

  it('asks again and again, also when that fails', async () => {
    const answers = [() => Promise.reject(new Error('away')), async () => 5];
    await new KnownEnds().waitFor({ ...AT, offset: 4 }, NEVER, () => answers.shift()!());
    expect(answers).toEqual([]);
  });

  it('lets go of who gives up', async () => {
    const abort = new AbortController();
    const waiting = new KnownEnds().waitFor({ ...AT, offset: 4 }, abort.signal, async () => 0);
    await new Promise(setImmediate);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});
