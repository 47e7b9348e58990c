import { describe, expect, it } from '@jest/globals';
import { eventLogSuite } from './event-log.suite.js';
import { MemoryEventLog } from './memory-event-log.js';

eventLogSuite('memory', async () => new MemoryEventLog(4));

describe('MemoryEventLog', () => {
  it('wakes nobody for what is appended elsewhere', async () => {
    const log = new MemoryEventLog(2);
    const abort = new AbortController();
    let woken = false;
    const waiting = log.waitFor({ topic: 'events', partition: 0, offset: 0 }, abort.signal).then(() => (woken = true));
    log.appendNow([
      { topic: 'events', key: 'a', partition: 1, value: '1' },
      { topic: 'actions', key: 'a', partition: 0, value: '2' },
    ]);
    await new Promise(setImmediate);
    expect(woken).toBe(false);
    abort.abort();
    await waiting;
  });
});
