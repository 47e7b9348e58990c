import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, type CustomerId, type JsonObject } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import fc from 'fast-check';
import type { HotContext } from './hot-context.js';

/** Ids that would be trouble to whoever builds keys, patterns or commands of them; some more than the contracts allow. */
const ODD_IDS = [
  'zoë@example.com',
  '顧客-🛒',
  '{}',
  '{a}b',
  '}{',
  'a:b',
  ':',
  ' ',
  'a b',
  'a\u0000b',
  'a\r\n$1\r\nb',
  '*',
  '?[a]',
  '%s',
  '__proto__',
  'constructor',
  '0',
  'x'.repeat(300),
  'ü'.repeat(5_000),
] as CustomerId[];

const ODD_TRAITS = JSON.parse(`{
  "__proto__": { "isAdmin": true, "constructor": null },
  "10": 1, "2": [[], {}, [[{ "a": [null, false, ""] }]]],
  "": "empty", "numbers": [0.1, 1e21, 5e-324, -9007199254740991, 1.7976931348623157e308],
  "text": "\\u0000 \\ud83d \\u2028 \\" \\\\ 🛒 <b>", "\\ud83d": "half a pair"
}`) as JsonObject;

const wanted = (customerId: CustomerId, minVersion = 0) => ({ customerId, minVersion });
const at = (id: CustomerId, version: number): CustomerContext => ({ ...emptyContext(id), version });

/** What every adapter of {@link HotContext} must do. `create` gives one of its own each time, with room for 1,000 customers. */
export function hotContextSuite(name: string, create: () => Promise<HotContext>): void {
  const ada = customerIdSchema.parse('ada');
  const bob = customerIdSchema.parse('bob');

  describe(`HotContext: ${name}`, () => {
    it('gives back what was put, and nothing for others', async () => {
      const hot = await create();
      await hot.put([at(ada, 3)]);
      const found = await hot.get([wanted(ada), wanted(bob)]);
      expect([...found]).toEqual([[ada, at(ada, 3)]]);
    });

    it('takes a context older than wanted for a miss', async () => {
      const hot = await create();
      await hot.put([at(ada, 3)]);
      expect((await hot.get([wanted(ada, 4)])).size).toBe(0);
      expect((await hot.get([wanted(ada, 3)])).size).toBe(1);
    });

    it('never replaces a newer version by an older one', async () => {
      const hot = await create();
      await hot.put([at(ada, 10)]);
      await hot.put([at(ada, 9)]);
      await hot.put([at(bob, 1), at(bob, 3), at(bob, 2)]);
      const found = await hot.get([wanted(ada), wanted(bob)]);
      expect([...found.values()].map(({ version }) => version)).toEqual([10, 3]);
    });

    it('keeps a version that is put again', async () => {
      const hot = await create();
      await hot.put([at(ada, 5)]);
      await hot.put([at(ada, 5), at(ada, 5)]);
      expect((await hot.get([wanted(ada, 5)])).get(ada)).toEqual(at(ada, 5));
    });

    it('forgets what it is told to drop, and keeps it when it is put again', async () => {
      const hot = await create();
      await hot.put([at(ada, 2), at(bob, 1)]);
      await hot.drop([ada]);
      expect([...(await hot.get([wanted(ada), wanted(bob)])).keys()]).toEqual([bob]);
      await hot.put([at(ada, 1)]);
      expect((await hot.get([wanted(ada)])).get(ada)).toEqual(at(ada, 1));
    });

    it('does nothing when asked for nothing', async () => {
      const hot = await create();
      await hot.put([]);
      await hot.drop([]);
      expect([...(await hot.get([]))]).toEqual([]);
    });

    it('keeps batches of hundreds apart', async () => {
      const hot = await create();
      const ids = Array.from({ length: 800 }, (_, nth) => customerIdSchema.parse(`customer ${nth}`));
      await hot.put(ids.slice(0, 500).map((id, nth) => at(id, nth)));
      const found = await hot.get(ids.map((id) => wanted(id)));
      expect([...found.values()]).toEqual(ids.slice(0, 500).map((id, nth) => at(id, nth)));
    });

    it('keeps customers apart whatever is in their ids', async () => {
      const hot = await create();
      await hot.put(ODD_IDS.map((id, nth) => at(id, nth + 1)));
      const found = await hot.get(ODD_IDS.map((id) => wanted(id)));
      expect([...found]).toEqual(ODD_IDS.map((id, nth) => [id, at(id, nth + 1)]));
      await hot.drop(ODD_IDS);
      expect((await hot.get(ODD_IDS.map((id) => wanted(id)))).size).toBe(0);
    });

    it('gives back every JSON as it was, to the byte', async () => {
      const hot = await create();
      const context: CustomerContext = {
        ...at(ada, Number.MAX_SAFE_INTEGER),
        traits: ODD_TRAITS,
        consents: JSON.parse('{ "__proto__": { "marketing": "withdrawn" } }') as CustomerContext['consents'],
        contacts: [{ channel: 'e-mail', class: 'marketing', categories: ['ü'], at: '2026-05-04T08:00:00.000Z' }],
      };
      await hot.put([context]);
      const found = (await hot.get([wanted(ada)])).get(ada);
      expect(found).toEqual(context);
      expect(JSON.stringify(found)).toBe(JSON.stringify(context));
      expect(Object.hasOwn(found!.traits, '__proto__')).toBe(true);
    });

    it('ends at the highest version, whatever the order of batches put at the same time', async () => {
      const put = fc.record({ id: fc.constantFrom(ada, bob), version: fc.integer({ min: 0, max: 1_000_000_000_000 }) });
      const batches = fc.array(fc.array(put, { maxLength: 6 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(batches, async (all) => {
          const hot = await create();
          await Promise.all(all.map((batch) => hot.put(batch.map(({ id, version }) => at(id, version)))));
          const found = await hot.get([wanted(ada), wanted(bob)]);
          for (const id of [ada, bob]) {
            const versions = all.flat().flatMap((each) => (each.id === id ? [each.version] : []));
            expect(found.get(id)?.version).toBe(versions.length === 0 ? undefined : Math.max(...versions));
          }
        }),
        { numRuns: 50 },
      );
    });
  });
}
