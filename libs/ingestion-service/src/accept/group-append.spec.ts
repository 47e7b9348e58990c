import { describe, expect, it } from '@jest/globals';
import { WaymarkError, type NewRecord } from '@waymark/contracts';
import { GatedLog, turn } from '../testing/gated-log.js';
import { GroupAppend } from './group-append.js';

const records = (...keys: string[]): NewRecord[] => keys.map((key) => ({ topic: 'events.raw', key, value: '{}' }));
const down = (): WaymarkError => new WaymarkError('LOG_UNAVAILABLE', 'the log is down');

function setUp(over: { queueMax?: number; groupMax?: number } = {}) {
  const log = new GatedLog();
  const append = new GroupAppend({ log, queueMax: 100, groupMax: 100, ...over });
  const answers: string[] = [];
  const send = (...keys: string[]): void => {
    append.append(records(...keys)).then(
      () => answers.push(keys.join('')),
      (error: WaymarkError) => answers.push(`${keys.join('')} ${error.code}`),
    );
  };
  return { log, append, answers, send };
}

describe('GroupAppend', () => {
  it('answers when the records are in the log, and not before (P4)', async () => {
    const { log, answers, send } = setUp();
    send('a');
    await turn();
    expect([log.keys, answers]).toEqual([[['a']], []]);
    log.succeed();
    await turn();
    expect(answers).toEqual(['a']);
  });

  it('gathers what comes while an append is on its way, in order, for the next one', async () => {
    const { log, answers, send } = setUp();
    send('a');
    send('b', 'c');
    send('d');
    log.succeed();
    await turn();
    expect([log.keys, answers]).toEqual([[['a'], ['b', 'c', 'd']], ['a']]);
    log.succeed();
    await turn();
    expect(answers).toEqual(['a', 'bc', 'd']);
  });

  it('makes no group larger than its limit, and never takes a call apart', async () => {
    const { log, send } = setUp({ groupMax: 3 });
    send('a');
    send('b', 'c');
    send('d', 'e');
    send('f', 'g', 'h', 'i');
    for (let i = 0; i < 4; i += 1) {
      log.succeed();
      await turn();
    }
    expect(log.keys).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f', 'g', 'h', 'i']]);
  });

  it('turns callers away while too much waits, says when to come again, and lets them in after (P6)', async () => {
    const { log, append, answers, send } = setUp({ queueMax: 3 });
    send('a');
    send('b', 'c');
    await expect(append.append(records('d'))).rejects.toMatchObject({
      code: 'OVERLOADED',
      kind: 'transient',
      retryAfterMs: 1_000,
    });
    log.succeed();
    await turn();
    send('e');
    log.succeed();
    await turn();
    log.succeed();
    await turn();
    expect([log.keys, answers]).toEqual([
      [['a'], ['b', 'c'], ['e']],
      ['a', 'bc', 'e'],
    ]);
  });

  it('a failing append rejects its own callers only', async () => {
    const { log, answers, send } = setUp();
    send('a');
    send('b');
    send('c');
    log.fail(down());
    await turn();
    log.succeed();
    await turn();
    expect(answers).toEqual(['a LOG_UNAVAILABLE', 'b', 'c']);
  });

  it('a failed append makes room again', async () => {
    const { log, answers, send } = setUp({ queueMax: 1 });
    send('a');
    log.fail(down());
    await turn();
    send('b');
    log.succeed();
    await turn();
    expect(answers).toEqual(['a LOG_UNAVAILABLE', 'b']);
  });

  it('is drained when nothing waits any more (P7)', async () => {
    const { log, append, answers, send } = setUp({ groupMax: 1 });
    await append.drained();
    send('a');
    send('b');
    send('c');
    const drained = append.drained().then(() => answers.push('drained'));
    log.succeed();
    await turn();
    log.fail(down());
    await turn();
    expect(answers).toEqual(['a', 'b LOG_UNAVAILABLE']);
    log.succeed();
    await drained;
    expect(answers).toEqual(['a', 'b LOG_UNAVAILABLE', 'c', 'drained']);
  });
});
