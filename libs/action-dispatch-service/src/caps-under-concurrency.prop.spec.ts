import { describe, expect, it } from '@jest/globals';
import type { MessageClass } from '@waymark/contracts';
import fc from 'fast-check';
import { DispatchWorld } from './testing/dispatch-world.js';
import { aChannel, aCustomer, aPolicy } from './testing/samples.js';

const CASES = 300;

type Command =
  | { do: 'deliver'; class: MessageClass; priority: number }
  | { do: 'process' }
  | { do: 'answer'; ok: boolean }
  | { do: 'crash' };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      class: fc.constantFrom<MessageClass>('marketing', 'marketing', 'marketing', 'service', 'transactional'),
      priority: fc.nat(3),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'process' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), ok: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
);

/** A customer with a cap, and a provider that answers when it is told to. */
class CappedWorld {
  readonly world = new DispatchWorld('2026-05-04T08:00:00.000Z');
  readonly classes = new Map<string, MessageClass>();
  readonly limit: number;
  #unanswered: ((ok: boolean) => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
    this.world.provider.reply = () =>
      new Promise((resolve) =>
        this.#unanswered.push((ok) => resolve(ok ? { ok } : { ok, permanent: true, reason: 'HTTP 400' })),
      );
  }

  async start(): Promise<void> {
    const { world, limit } = this;
    world.contexts.set('ada' as never, aCustomer());
    await world.start();
    world.apply(
      aChannel({ id: 'hook', type: 'webhook' }),
      aPolicy({ caps: [{ id: 'cap', scope: 'global', limit, window: { rolling: 'P7D' } }] }),
    );
  }

  async run(next: Command): Promise<void> {
    if (next.do === 'deliver') {
      const actionId = `i${this.classes.size}.tell.1`;
      this.classes.set(actionId, next.class);
      this.world.deliver({ actionId: actionId as never, channel: 'hook', class: next.class, priority: next.priority });
    }
    if (next.do === 'process') await this.world.process();
    if (next.do === 'answer') this.#unanswered.shift()?.(next.ok);
    if (next.do === 'crash') {
      this.#unanswered = [];
      await this.world.start();
    }
  }

  async finish(): Promise<void> {
    this.world.provider.reply = () => ({ ok: true });
    for (const answer of this.#unanswered) answer(true);
    await this.world.start();
    await this.world.settle();
  }

  /** Actions of a class whose delivery is in one of these states. */
  async inState(...states: string[]): Promise<(its: MessageClass) => number> {
    const deliveries = await this.world.store.deliveries('ada' as never, 1_000);
    return (its) => deliveries.filter(({ state, action }) => states.includes(state) && action.class === its).length;
  }
}

describe('caps under concurrency (R35)', () => {
  it(`never has more than the cap on the way and sent, however attempts, answers and crashes fall together (${CASES} cases)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.array(command, { maxLength: 40 }),
        async (limit, commands) => {
          const capped = new CappedWorld(limit);
          await capped.start();
          for (const next of commands) {
            await capped.run(next);
            const taken = await capped.inState('claimed', 'retrying', 'sent', 'unknown');
            expect(taken('marketing')).toBeLessThanOrEqual(limit);
          }
          await capped.finish();
          const settled = await capped.inState('sent', 'failed', 'suppressed');
          expect(settled('marketing') + settled('service') + settled('transactional')).toBe(capped.classes.size);
          const blocked = await capped.inState('suppressed');
          expect(blocked('service') + blocked('transactional')).toBe(0);
        },
      ),
      { numRuns: CASES },
    );
  });

  it(`of n concurrent attempts on a cap of k exactly k are sent (${CASES} cases)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 6 }), fc.array(fc.nat(3), { maxLength: 15 }), async (limit, sizes) => {
        const capped = new CappedWorld(limit);
        await capped.start();
        for (const size of sizes) {
          for (let i = 0; i < size; i += 1) await capped.run({ do: 'deliver', class: 'marketing', priority: 0 });
          await capped.run({ do: 'process' });
        }
        await capped.finish();
        expect((await capped.inState('sent'))('marketing')).toBe(Math.min(limit, capped.classes.size));
        const distinct = new Set(capped.world.provider.tries.map(({ action }) => action.actionId));
        expect(distinct.size).toBe(Math.min(limit, capped.classes.size));
      }),
      { numRuns: CASES },
    );
  });
});
