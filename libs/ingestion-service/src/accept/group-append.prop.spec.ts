import { describe, expect, it } from '@jest/globals';
import { WaymarkError, failureKind, type NewRecord } from '@waymark/contracts';
import fc from 'fast-check';
import { GatedLog, turn } from '../testing/gated-log.js';
import { GroupAppend } from './group-append.js';

const QUEUE_MAX = 12;

type Command = { do: 'send'; count: number } | { do: 'succeed' } | { do: 'fail' };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'succeed' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'fail' as const }) },
);

/** Sends as told and notes which records the log took, which were confirmed, and which were on their way. */
class Senders {
  readonly log = new GatedLog();
  readonly append: GroupAppend;
  readonly durable: string[] = [];
  readonly confirmed: string[] = [];
  readonly refusals = new Set<string>();
  waiting = 0;
  waitingMax = 0;
  #sent = 0;

  constructor(groupMax: number) {
    this.append = new GroupAppend({ log: this.log, queueMax: QUEUE_MAX, groupMax });
  }

  async run(next: Command): Promise<void> {
    if (next.do === 'send') this.#send(next.count);
    else if (this.log.isBusy) this.#end(next.do);
    await turn();
  }

  #send(count: number): void {
    const keys = Array.from({ length: count }, () => String(this.#sent++));
    const records = keys.map((key): NewRecord => ({ topic: 'events.raw', key, value: '{}' }));
    this.waiting += count;
    void this.append
      .append(records)
      .then(() => this.confirmed.push(...keys))
      .catch((error: unknown) => this.refusals.add(failureKind(error)))
      .finally(() => (this.waiting -= count));
  }

  #end(how: 'succeed' | 'fail'): void {
    this.waitingMax = Math.max(this.waitingMax, this.waiting);
    if (how === 'fail') return this.log.fail(new WaymarkError('LOG_UNAVAILABLE', 'the log is down'));
    this.durable.push(...this.log.keys.at(-1)!);
    this.log.succeed();
  }
}

describe('GroupAppend, whatever comes when and whatever fails', () => {
  it('confirms exactly what the log took, in the order it was sent, and holds no more than its limit (P4, P6)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (commands, groupMax) => {
          const senders = new Senders(groupMax);
          for (const next of commands) await senders.run(next);
          while (senders.log.isBusy) await senders.run({ do: 'succeed' });
          await senders.append.drained();
          expect(senders.confirmed).toEqual(senders.durable);
          expect(senders.durable).toEqual([...senders.durable].sort((a, b) => Number(a) - Number(b)));
          expect(senders.waitingMax).toBeLessThanOrEqual(QUEUE_MAX);
          expect(senders.waiting).toBe(0);
          expect([...senders.refusals].filter((kind) => kind !== 'transient')).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
