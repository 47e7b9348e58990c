import { beforeEach, describe, expect, it } from '@jest/globals';
import { Random } from './random.js';
import { Trace } from './trace.js';
import { CALM, Turnstile, type Call, type Caller, type Fate, type Fates } from './turnstile.js';
import { WorldTime } from './world-time.js';

let time: WorldTime;
let trace: Trace;
let turnstile: Turnstile;
let did: string[];
let heard: string[];
let a: { -readonly [K in keyof Caller]: Caller[K] };

beforeEach(() => {
  time = new WorldTime(0);
  trace = new Trace(time);
  turnstile = new Turnstile({ time, trace });
  did = [];
  heard = [];
  a = { name: 'a', isAlive: true, standsUntil: 0 };
});

/** A call named so, whose answer or failure is noted when it comes. */
function call(what: string, of: Partial<Call> = {}): void {
  const run = async (): Promise<string> => (did.push(what), `answer to ${what}`);
  const torn = async (): Promise<unknown> => did.push(`half of ${what}`);
  const unheard = (): void => void did.push(`${what} unheard`);
  const base: Call & { run(): Promise<string> } = {
    caller: a,
    kind: 'append',
    what,
    run,
    torn,
    unheard,
    code: 'LOG_UNAVAILABLE',
  };
  turnstile.pass({ ...base, ...(of as object) }).then(
    (answer) => heard.push(String(answer)),
    (error: { code?: string }) => heard.push(`${what}: ${error.code}`),
  );
}

async function turns(count: number): Promise<boolean[]> {
  const passed: boolean[] = [];
  for (let i = 0; i < count; i += 1) {
    passed.push(await turnstile.turn());
    await new Promise(setImmediate);
  }
  return passed;
}

/** Everything meets this fate, and a death is noted. */
const fated = (fate: Fate, of: Partial<Fates> = {}): Fates => ({
  ...CALM,
  fateOf: () => fate,
  slowMs: () => 50,
  dies: ({ name }) => void did.push(`${name} dies`),
  ...of,
});

describe('Turnstile', () => {
  it('lets one call pass at a time, the first first where nothing is drawn', async () => {
    call('x');
    call('y');
    expect(did).toEqual([]);
    expect(await turns(1)).toEqual([true]);
    expect([did, heard]).toEqual([['x'], ['answer to x']]);
    expect(await turns(2)).toEqual([true, false]);
    expect(heard).toEqual(['answer to x', 'answer to y']);
    expect(trace.newest(9)).toEqual(['+0.000s a x: passes', '+0.000s a y: passes']);
  });

  it('draws who is next by the seed', async () => {
    const order = async (seed: string): Promise<string> => {
      turnstile = new Turnstile({ time, trace, random: new Random(seed) });
      did = [];
      for (const what of ['1', '2', '3', '4', '5']) call(what);
      await turns(5);
      return did.join('');
    };
    expect(await order('a')).toBe(await order('a'));
    expect(new Set([await order('a'), await order('b'), await order('c')]).size).toBeGreaterThan(1);
  });

  it.each<[Fate, string[], string[]]>([
    ['passes', ['x'], ['answer to x']],
    ['fails', [], ['x: LOG_UNAVAILABLE']],
    ['is unheard', ['x', 'x unheard'], ['x: LOG_UNAVAILABLE']],
    ['is torn', ['half of x', 'x unheard'], ['x: LOG_UNAVAILABLE']],
    ['is doubled', ['x', 'x'], ['answer to x']],
    ['dies before', ['a dies'], []],
    ['dies after', ['x', 'x unheard', 'a dies'], []],
    ['dies in the middle', ['half of x', 'x unheard', 'a dies'], []],
  ])('a call that %s', async (fate, expectedEffects, expectedAnswers) => {
    turnstile.fates = fated(fate);
    call('x');
    await turns(1);
    expect([did, heard]).toEqual([expectedEffects, expectedAnswers]);
  });

  it('passes an error of the call itself on', async () => {
    call('x', { run: () => Promise.reject(Object.assign(new Error('no'), { code: 'FENCED' })) });
    await turns(1);
    expect(heard).toEqual(['x: FENCED']);
  });

  it('lets others pass a slow call, until its time', async () => {
    turnstile.fates = fated('is slow');
    call('x');
    await turns(1);
    turnstile.fates = CALM;
    call('y');
    expect(await turns(2)).toEqual([true, false]);
    expect([did, time.next()]).toEqual([['y'], 50]);
    time.moveTo(50);
    await turns(1);
    expect(did).toEqual(['y', 'x']);
  });

  it('hurries when it is told to', async () => {
    turnstile.fates = fated('is slow');
    call('x');
    await turns(1);
    turnstile.fates = CALM;
    turnstile.hurry();
    await turns(1);
    expect(did).toEqual(['x']);
  });

  it('keeps those waiting who stand still', async () => {
    a.standsUntil = 10;
    call('x');
    expect(await turns(1)).toEqual([false]);
    time.moveTo(10);
    expect(await turns(1)).toEqual([true]);
  });

  it('takes nothing from the dead, and buries what they had asked for', async () => {
    call('x');
    a.isAlive = false;
    turnstile.bury(a);
    call('y');
    expect(await turns(1)).toEqual([false]);
    expect([did, heard]).toEqual([[], []]);
  });

  it('may let a call of the dead pass that was on its way: it has its effect, and nobody hears', async () => {
    turnstile.fates = fated('passes', { outlives: () => true });
    call('x');
    call('y', { kind: 'read' });
    a.isAlive = false;
    turnstile.bury(a);
    expect(await turns(1)).toEqual([false]);
    time.moveTo(50);
    expect(await turns(2)).toEqual([true, false]);
    expect([did, trace.newest(1)]).toEqual([['x'], ['+0.050s (a) x: passes late']]);
  });
});
