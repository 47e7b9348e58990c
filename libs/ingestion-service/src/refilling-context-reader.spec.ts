import { describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { MemoryHotContext, NEWEST } from '@waymark/ports';
import fc from 'fast-check';
import { RefillingContextReader } from './refilling-context-reader.js';
import { customer } from './testing/samples.js';

const at = (id: string, version: number): CustomerContext => ({ ...emptyContext(customer(id)), version });
const wanted = (id: string, minVersion: number) => ({ customerId: customer(id), minVersion });

/** A reader over a hot copy and profiles, and what was asked of the profiles. */
function setUp(stored: readonly CustomerContext[], customersMax = 10) {
  const hot = new MemoryHotContext({ customersMax });
  const profiles = new Map(stored.map((context) => [context.id, context]));
  const asked: CustomerId[][] = [];
  const reader = new RefillingContextReader(hot, {
    async profiles(ids) {
      asked.push([...ids]);
      return new Map(ids.flatMap((id) => (profiles.has(id) ? [[id, profiles.get(id)!] as const] : [])));
    },
  });
  const versions = async (...of: ReturnType<typeof wanted>[]): Promise<[string, number][]> =>
    [...(await reader.read(of))].map(([id, { version }]) => [id, version]);
  return { hot, profiles, asked, reader, versions };
}

describe('reading contexts', () => {
  it('takes what is hot and asks for nothing', async () => {
    const { hot, versions, asked } = setUp([at('ada', 3)]);
    await hot.put([at('ada', 3)]);
    expect(await versions(wanted('ada', 3))).toEqual([['ada', 3]]);
    expect(asked).toEqual([]);
  });

  it('asks for all that is missing in one query, and refills', async () => {
    const { hot, versions, asked } = setUp([at('ada', 3), at('bob', 1), at('cleo', 2)]);
    await hot.put([at('bob', 1)]);
    const all = [wanted('ada', 3), wanted('bob', 0), wanted('cleo', 0)];
    expect(new Map(await versions(...all))).toEqual(
      new Map([
        ['ada', 3],
        ['bob', 1],
        ['cleo', 2],
      ]),
    );
    await versions(...all);
    expect(asked).toEqual([['ada', 'cleo']]);
  });

  it('takes a copy older than the event that asks for a miss (R4)', async () => {
    const { hot, versions, asked } = setUp([at('ada', 5)]);
    await hot.put([at('ada', 4)]);
    expect(await versions(wanted('ada', 5))).toEqual([['ada', 5]]);
    expect(asked).toEqual([['ada']]);
  });

  it('gives somebody asked for by several events the newest any of them wants (R4)', async () => {
    const { hot, versions, asked } = setUp([at('ada', 5)]);
    await hot.put([at('ada', 4)]);
    expect(await versions(wanted('ada', 3), wanted('ada', 5), wanted('ada', 4))).toEqual([['ada', 5]]);
    expect(asked).toEqual([['ada']]);
  });

  it('asks the profiles for the newest, whatever is hot, and refills', async () => {
    const { hot, versions, asked } = setUp([at('ada', 5)]);
    await hot.put([at('ada', 4)]);
    expect(await versions(wanted('ada', 4), wanted('ada', NEWEST))).toEqual([['ada', 5]]);
    expect(await versions(wanted('ada', 5))).toEqual([['ada', 5]]);
    expect(asked).toEqual([['ada']]);
  });

  it('knows nothing of somebody nobody has heard of', async () => {
    const { reader } = setUp([]);
    expect([...(await reader.read([wanted('ada', 0)])).values()]).toEqual([emptyContext(customer('ada'))]);
  });

  it('without wishes does nothing', async () => {
    const { versions, asked } = setUp([at('ada', 1)]);
    expect([await versions(), asked]).toEqual([[], []]);
  });

  it('is never wrong, however much the hot copy forgets and however late it is', async () => {
    const id = fc.constantFrom('ada', 'bob', 'cleo', 'dora');
    const command = fc.oneof(
      fc.record({ do: fc.constant('commit' as const), id, warm: fc.boolean() }),
      fc.record({ do: fc.constant('forget' as const), id }),
      fc.record({ do: fc.constant('read' as const), ids: fc.array(id, { maxLength: 5 }), back: fc.nat(2) }),
      fc.record({ do: fc.constant('readNewest' as const), id }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (commands, max) => {
        const { hot, profiles, reader } = setUp([], max);
        const version = (of: string): number => profiles.get(customer(of))?.version ?? 0;
        for (const command of commands) {
          if (command.do === 'forget') await hot.drop([customer(command.id)]);
          if (command.do === 'commit') {
            const next = at(command.id, version(command.id) + 1);
            profiles.set(next.id, next);
            if (command.warm) await hot.put([next]);
          }
          if (command.do === 'readNewest') {
            const newest = await reader.read([wanted(command.id, NEWEST)]);
            expect(newest.get(customer(command.id))?.version).toBe(version(command.id));
          }
          if (command.do !== 'read') continue;
          const wishes = command.ids.map((of) => wanted(of, Math.max(0, version(of) - command.back)));
          const found = await reader.read(wishes);
          for (const { customerId, minVersion } of wishes)
            expect(found.get(customerId)?.version).toBeGreaterThanOrEqual(minVersion);
          expect(found.size).toBe(new Set(command.ids).size);
        }
      }),
      { numRuns: 300 },
    );
  });
});
