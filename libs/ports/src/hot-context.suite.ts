import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { HotContext } from './hot-context.js';

/** What every adapter of {@link HotContext} must do. */
export function hotContextSuite(name: string, create: () => Promise<HotContext>): void {
  const ada = customerIdSchema.parse('ada');
  const bob = customerIdSchema.parse('bob');
  const context = (id: typeof ada, version: number): CustomerContext => ({ ...emptyContext(id), version });

  describe(`HotContext: ${name}`, () => {
    it('gives back what was put, and nothing for others', async () => {
      const hot = await create();
      await hot.put([context(ada, 3)]);
      const found = await hot.get([
        { customerId: ada, minVersion: 0 },
        { customerId: bob, minVersion: 0 },
      ]);
      expect([...found]).toEqual([[ada, context(ada, 3)]]);
    });

    it('takes a context older than wanted for a miss', async () => {
      const hot = await create();
      await hot.put([context(ada, 3)]);
      expect((await hot.get([{ customerId: ada, minVersion: 4 }])).size).toBe(0);
    });

    it('never replaces a newer version by an older one', async () => {
      const hot = await create();
      await hot.put([context(ada, 5)]);
      await hot.put([context(ada, 4)]);
      expect((await hot.get([{ customerId: ada, minVersion: 0 }])).get(ada)?.version).toBe(5);
    });

    it('forgets what it is told to drop', async () => {
      const hot = await create();
      await hot.put([context(ada, 1), context(bob, 1)]);
      await hot.drop([ada]);
      const found = await hot.get([
        { customerId: ada, minVersion: 0 },
        { customerId: bob, minVersion: 0 },
      ]);
      expect([...found.keys()]).toEqual([bob]);
    });
  });
}
