import { describe, expect, it } from '@jest/globals';
import { customerIdSchema } from '@waymark/contracts';
import fc from 'fast-check';
import { emptyContext, type ConsentStatus, type CustomerContext } from './customer-context.js';
import { foldEvent, type FoldedEvent } from './fold-event.js';
import { mergeContexts } from './merge-contexts.js';
import { partContexts, partedIds } from './part-contexts.js';

const ADA = customerIdSchema.parse('ada');
const VIC = customerIdSchema.parse('vic');
const ZOE = customerIdSchema.parse('zoe');
const [T1, T2, T3, T4] = [1, 2, 3, 4].map((day) => `2026-03-0${day}T10:00:00.000Z`) as [string, string, string, string];
const of = { at: T4, version: 12 };

const ada = (over: Partial<CustomerContext> = {}): CustomerContext => ({ ...emptyContext(ADA), version: 5, ...over });
const vic = (over: Partial<CustomerContext> = {}): CustomerContext => ({ ...emptyContext(VIC), version: 9, ...over });

const happened = (name: string, over: Partial<FoldedEvent> = {}): FoldedEvent => ({
  type: 'track',
  name,
  properties: {},
  traits: {},
  timestamp: T3,
  ...over,
});

/** What becomes of two who are merged, live on as one, and part. */
function parted(
  winner: CustomerContext,
  loser: CustomerContext,
  since: (merged: CustomerContext) => CustomerContext = (merged) => merged,
): ReturnType<typeof partContexts> {
  return partContexts(since(mergeContexts(winner, loser)), { winner, loser }, of);
}

function deniedIn(consents: CustomerContext['consents']): CustomerContext['consents'] {
  return Object.fromEntries(Object.entries(consents).filter(([, { marketing }]) => marketing !== 'granted'));
}

describe('partContexts (R61)', () => {
  it('gives back the other as she was, with the version she has by now, and says whom she was taken for', () => {
    const loser = vic({ traits: { name: 'Vic' }, counters: { Seen: 2 }, stage: 'aware', mergedFrom: [ZOE] });
    const { restored } = parted(ada({ traits: { name: 'Ada' } }), loser);
    expect(restored).toEqual({ ...loser, version: 12, partedFrom: { id: ADA, at: T4 } });
  });

  it('takes away what came from her, and leaves what was there before', () => {
    const winner = ada({
      traits: { name: 'Ada' },
      counters: { Seen: 1 },
      lastSeen: { Seen: T1 },
      orders: { count: 1, value: 0.1, firstAt: T2, lastAt: T2 },
      agency: { '*': 'coach' },
      contacts: [{ channel: 'mail', class: 'marketing', categories: [], at: T1 }],
    });
    const loser = vic({
      traits: { name: 'Vic', city: 'Ulm' },
      counters: { Seen: 2, Left: 1 },
      lastSeen: { Seen: T3, Left: T2 },
      orders: { count: 2, value: 0.2, firstAt: T1, lastAt: T3 },
      segments: ['new'],
      consents: { mail: { marketing: 'granted' } },
      agency: { '*': 'respond', savings: 'automate' },
      stage: 'aware',
      contacts: [{ channel: 'mail', class: 'marketing', categories: [], at: T1 }],
      mergedFrom: [ZOE],
    });
    const { survivor } = parted(winner, loser);
    expect(survivor).toEqual({ ...winner, stage: undefined, parted: [{ id: VIC, ids: [VIC, ZOE], at: T4 }] });
  });

  it('leaves with the survivor what has happened since: nobody knows whose it was', () => {
    const { survivor, restored } = parted(
      ada({ counters: { Seen: 1 } }),
      vic({ traits: { city: 'Ulm' }, counters: { Seen: 2 }, lastSeen: { Seen: T2 }, orders: { count: 1, value: 5 } }),
      (merged) =>
        [
          happened('Seen'),
          happened('Identify', { type: 'identify', traits: { city: 'Bonn' } }),
          happened('Order Completed', { properties: { total: 7 } }),
        ].reduce(foldEvent, merged),
    );
    expect(survivor).toMatchObject({
      traits: { city: 'Bonn' },
      counters: { Seen: 2, 'Order Completed': 1 },
      lastSeen: { Seen: T3 },
      orders: { count: 1, value: 7, firstAt: T3, lastAt: T3 },
    });
    expect(restored).toMatchObject({ traits: { city: 'Ulm' }, counters: { Seen: 2 }, orders: { count: 1, value: 5 } });
  });

  it('never counts below nothing', () => {
    const loser = vic({ counters: { Seen: 5 }, orders: { count: 2, value: 9 } });
    const { survivor } = parted(ada(), loser, (merged) => ({
      ...merged,
      counters: { Seen: 2 },
      orders: { count: 1, value: 3, lastAt: T3 },
    }));
    expect([survivor.counters, survivor.orders]).toEqual([{}, { count: 0, value: 0 }]);
  });

  it.each<[string, ConsentStatus | undefined, ConsentStatus | undefined, ConsentStatus | undefined, unknown, unknown]>([
    ['what only the other had granted is hers', undefined, 'granted', undefined, undefined, 'granted'],
    ['what was denied since is denied for both', 'granted', 'granted', 'denied', 'denied', 'denied'],
    ['so is what was withdrawn since', undefined, 'granted', 'withdrawn', 'withdrawn', 'withdrawn'],
    ['what was granted since is the survivor’s', undefined, undefined, 'granted', 'granted', undefined],
    [
      'what the survivor had denied may have been said again, by either',
      'denied',
      'granted',
      undefined,
      'denied',
      'denied',
    ],
    ['a denial of the other is never taken back', undefined, 'denied', undefined, 'denied', 'denied'],
  ])('consents stay on the safe side: %s', (_, hers, others, since, survives, restores) => {
    const mail = (marketing: ConsentStatus | undefined): CustomerContext['consents'] =>
      marketing ? { mail: { marketing } } : {};
    const both = parted(ada({ consents: mail(hers) }), vic({ consents: mail(others) }), (merged) =>
      since ? { ...merged, consents: mail(since) } : merged,
    );
    expect([both.survivor.consents['mail']?.marketing, both.restored.consents['mail']?.marketing]).toEqual([
      survives,
      restores,
    ]);
  });

  it('knows by all her ids whose is what, until she is back', () => {
    const { survivor } = parted(ada(), vic({ mergedFrom: [ZOE] }));
    expect(partedIds(survivor)).toEqual(
      new Map([
        [VIC, VIC],
        [ZOE, VIC],
      ]),
    );
    const again = mergeContexts(survivor, vic({ mergedFrom: [ZOE] }));
    expect([partedIds(again).size, again.parted]).toEqual([0, []]);
  });

  it('who is back by herself is nobody else’s, whoever she had come with', () => {
    const { survivor } = parted(ada(), vic({ mergedFrom: [ZOE] }));
    expect(partedIds(mergeContexts(survivor, { ...emptyContext(ZOE), version: 1 }))).toEqual(new Map([[VIC, VIC]]));
  });

  it('whoever has parted from one who turns out to be another has parted from that one', () => {
    const { survivor } = parted(ada(), vic());
    expect(partedIds(mergeContexts({ ...emptyContext(ZOE), version: 1 }, survivor))).toEqual(new Map([[VIC, VIC]]));
  });

  const names = fc.constantFrom('a', 'b', 'c');
  const status = fc.constantFrom<ConsentStatus>('granted', 'denied', 'withdrawn');
  const state = fc.record({
    traits: fc.dictionary(names, fc.integer({ max: 3 })),
    counters: fc.dictionary(
      names,
      fc.integer({ min: -9, max: 9 }).filter((count) => count !== 0),
    ),
    agency: fc.dictionary(names, fc.constantFrom('coach' as const, 'curate' as const)),
    segments: fc.uniqueArray(names).map((each) => each.sort()),
    consents: fc.dictionary(names, fc.record({ marketing: status })),
    orders: fc.record({ count: fc.integer({ min: 0, max: 4 }), value: fc.float({ min: 0, max: 99, noNaN: true }) }),
  });

  it('is the merge the other way round where nothing has happened since, but for denials', () => {
    fc.assert(
      fc.property(state, state, (hers, others) => {
        const { survivor, restored } = parted(ada(hers), vic(others));
        const { consents, parted: _, stage: none, ...left } = survivor;
        const { consents: before, ...was } = ada(hers);
        expect([left, none]).toEqual([was, undefined]);
        expect(consents).toMatchObject(before);
        for (const [channel, { marketing }] of Object.entries(consents))
          if (!(channel in before)) expect(marketing).not.toBe('granted');
        const { consents: restoredConsents, ...asBefore } = restored;
        const { consents: its, ...wasHers } = vic(others);
        expect(asBefore).toEqual({ ...wasHers, version: 12, partedFrom: { id: ADA, at: T4 } });
        expect(restoredConsents).toEqual({ ...its, ...deniedIn({ ...its, ...before }) });
      }),
    );
  });
});
