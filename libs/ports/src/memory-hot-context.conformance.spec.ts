import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import { emptyContext } from '@waymark/customer-context';
import { hotContextSuite } from './hot-context.suite.js';
import { MemoryHotContext } from './memory-hot-context.js';

hotContextSuite('memory', async () => new MemoryHotContext({ customersMax: 1_000 }));

describe('MemoryHotContext', () => {
  it('forgets the least recently used customer beyond its limit (P6)', async () => {
    const hot = new MemoryHotContext({ customersMax: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => customerIdSchema.parse(id)) as [never, never, never];
    await hot.put([emptyContext(a), emptyContext(b)]);
    await hot.get([{ customerId: a, minVersion: 0 }]);
    await hot.put([emptyContext(c)]);
    const found = await hot.get([a, b, c].map((customerId) => ({ customerId, minVersion: 0 })));
    expect([...found.keys()].sort()).toEqual(['a', 'c']);
  });
});
