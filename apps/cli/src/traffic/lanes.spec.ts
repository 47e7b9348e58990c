import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

/** Lanes whose sends end when told to. */
function held({ lanes, batchMax = 10, queueMax = 100 }: { lanes: number; batchMax?: number; queueMax?: number }) {
  const sent: string[][] = [];
  const ends: (() => void)[] = [];
  const under = new Lanes<string>({
    lanes,
    batchMax,
    queueMax,
    send: (items) => {
      sent.push([...items]);
      return new Promise((end) => void ends.push(end));
    },
  });
  /** Ends what is on its way and lets the next begin. */
  const step = async (): Promise<void> => {
    for (const end of ends.splice(0)) end();
    await new Promise(setImmediate);
  };
  return { under, sent, step, onTheirWay: () => ends.length };
}

describe('Lanes', () => {
  it('send what one key waits for together and in order, never two batches at once', async () => {
    const { under, sent, step, onTheirWay } = held({ lanes: 1, batchMax: 2 });
    for (const item of ['1', '2', '3', '4']) await under.add('ada', item);
    expect([sent, onTheirWay()]).toEqual([[['1']], 1]);
    await step();
    await step();
    expect([sent, onTheirWay()]).toEqual([[['1'], ['2', '3'], ['4']], 1]);
  });

  it('send for several keys at once, no more than there are lanes', async () => {
    const { under, onTheirWay, step, sent } = held({ lanes: 4, batchMax: 1 });
    for (let i = 0; i < 40; i += 1) await under.add(`person-${i}`, String(i));
    expect(onTheirWay()).toBe(4);
    while (onTheirWay() > 0) await step();
    expect(new Set(sent.flat()).size).toBe(40);
  });

  it('make whoever adds wait while a lane is full', async () => {
    const { under, step } = held({ lanes: 1, batchMax: 1, queueMax: 1 });
    await under.add('ada', 'on its way');
    await under.add('ada', 'waiting');
    let added = false;
    const adding = under.add('ada', 'one more').then(() => (added = true));
    await new Promise(setImmediate);
    expect(added).toBe(false);
    await step();
    await expect(adding).resolves.toBe(true);
  });

  it('are idle once all is sent, and go on afterwards', async () => {
    const { under, step, sent } = held({ lanes: 2 });
    await under.idle();
    await under.add('ada', '1');
    let idle = false;
    const ending = under.idle().then(() => (idle = true));
    await new Promise(setImmediate);
    expect(idle).toBe(false);
    await step();
    await expect(ending).resolves.toBe(true);
    await under.add('ada', '2');
    expect(sent).toEqual([['1'], ['2']]);
  });
});
