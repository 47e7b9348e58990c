import { describe, expect, it } from '@jest/globals';
import type { Call } from '../traffic/make-traffic.js';
import { CRIMES, isClean, judge, type Crime, type Evidence } from './judge.js';
import type { Received } from './ledger.js';

const ADA = 'ada';
const FLAGS = { remind: false, echo: false, mail: false, offer: false };

function order(number: number, flags: Partial<typeof FLAGS> = {}): Call {
  const properties = { order: `o-${number}`, ...FLAGS, ...flags };
  return {
    messageId: `call-${number}`,
    customer: ADA,
    said: { type: 'track', event: 'Order Placed', properties },
    agoMs: 0,
  };
}

function came(effect: string, at: number, key = effect): Received {
  return { effect, channel: effect.startsWith('mail/') ? 'mail' : 'provider', key, at };
}

const receipts = (number: number): Received[] => [came(`receipt/o-${number}/1`, 10), came(`receipt/o-${number}/2`, 20)];

/** Two orders of one customer, the second with everything, and all that must come of them. */
function allIsWell(): Evidence {
  const calls = [order(1), order(2, { remind: true, echo: true, mail: true, offer: true })];
  const others = [came('echo/o-2', 30), came('mail/o-2', 30), came('offer/o-2', 30), came('reminder/o-2', 3_500)];
  return {
    sent: calls.map((call) => ({ call, firstSentAt: 0, acceptedAt: 5, times: 1 })),
    received: [...receipts(1), ...receipts(2), ...others],
    faults: [],
    observed: {
      events: new Map([[ADA, ['call-1', 'call-2']]]),
      interactions: new Map([[ADA, ['o-1', 'o-2']]]),
      actions: new Map([[ADA, ['o-1', 'o-2']]]),
      contexts: new Map([[ADA, { orders: 2, lastEcho: 'o-2' }]]),
      unsent: [],
      stuck: [],
      deadLetters: [],
      mismatches: 0,
    },
  };
}

function but(change: (evidence: Evidence) => Partial<Evidence>): Evidence {
  const evidence = allIsWell();
  return { ...evidence, ...change(evidence) };
}

const observing = (seen: Partial<Evidence['observed']>): Evidence =>
  but(({ observed }) => ({ observed: { ...observed, ...seen } }));

const without = (effect: string): Evidence =>
  but(({ received }) => ({ received: received.filter((each) => each.effect !== effect) }));

const with_ = (...more: Received[]): Evidence => but(({ received }) => ({ received: [...received, ...more] }));

function found(evidence: Evidence): Partial<Record<Crime, number>> {
  const { crimes } = judge(evidence);
  return Object.fromEntries(
    CRIMES.flatMap((crime) => (crimes[crime].length > 0 ? [[crime, crimes[crime].length]] : [])),
  );
}

const UNKNOWN = { effect: 'mail/o-2', state: 'unknown', reason: 'interrupted', settledAt: 500 };
const KILL = { kind: 'kill', target: 'action-dispatch-1', startedAt: 400, healedAt: 450 };

describe('judge', () => {
  it('finds nothing where all came once, in order and in time', () => {
    const verdict = judge(allIsWell());
    expect(isClean(verdict)).toBe(true);
    expect(verdict).toMatchObject({ unknown: [], repeated: 0, timerLateMs: 495 });
  });

  it.each<[string, Evidence, Partial<Record<Crime, number>>]>([
    ['a message that did not come', without('receipt/o-1/2'), { lost: 1 }],
    ['a timer that did not fire', without('reminder/o-2'), { 'timers missed': 1 }],
    ['an effect by two keys', with_(came('offer/o-2', 40, 'another')), { doubled: 1 }],
    ['a timer by two keys', with_(came('reminder/o-2', 4_000, 'another')), { 'timers doubled': 1 }],
    ['a mail that came twice', with_(came('mail/o-2', 40)), { doubled: 1 }],
    ['a message that nobody asked for', with_(came('receipt/o-9/1', 40)), { doubled: 1 }],
    [
      'a second message before the first',
      but(({ received: [first, second, ...others] }) => ({ received: [second!, first!, ...others] })),
      { 'out of order': 1 },
    ],
    [
      'a timer before its time',
      but(({ received }) => ({ received: received.map((each) => (each.at > 3_000 ? { ...each, at: 2_999 } : each)) })),
      { 'timers early': 1 },
    ],
    [
      'a call that was never taken',
      but(({ sent: [a, b] }) => ({ sent: [a!, { ...b!, acceptedAt: undefined }] })),
      { stuck: 1, doubled: 6 },
    ],
    ['events in another order', observing({ events: new Map([[ADA, ['call-2', 'call-1']]]) }), { 'out of order': 1 }],
    ['an event that is not there', observing({ events: new Map([[ADA, ['call-2']]]) }), { lost: 1 }],
    ['an event twice', observing({ events: new Map([[ADA, ['call-1', 'call-2', 'call-2']]]) }), { doubled: 1 }],
    [
      'interactions in another order',
      observing({ interactions: new Map([[ADA, ['o-2', 'o-1']]]) }),
      { 'out of order': 1 },
    ],
    ['actions in another order', observing({ actions: new Map([[ADA, ['o-2', 'o-1']]]) }), { 'out of order': 1 }],
    ['an order not counted', observing({ contexts: new Map([[ADA, { orders: 1, lastEcho: 'o-2' }]]) }), { lost: 1 }],
    [
      'an order counted twice',
      observing({ contexts: new Map([[ADA, { orders: 3, lastEcho: 'o-2' }]]) }),
      { doubled: 1 },
    ],
    [
      'an echo overtaken',
      observing({ contexts: new Map([[ADA, { orders: 2, lastEcho: 'o-1' }]]) }),
      { 'out of order': 1 },
    ],
    ['an instance that has not ended', observing({ stuck: ['1 instance of chain has not ended'] }), { stuck: 1 }],
    ['a repetition taken for something else', observing({ mismatches: 2 }), { mismatches: 1 }],
    ['a dead letter', observing({ deadLetters: ['ingestion: INVALID_RECORD'] }), { 'dead letters': 1 }],
    [
      'a mail of which nobody knows, without a fault',
      observing({ unsent: [UNKNOWN] }),
      { 'unknown without a fault': 1 },
    ],
    [
      'a message that came and is said to have failed',
      observing({ unsent: [{ ...UNKNOWN, effect: 'offer/o-2', state: 'failed' }] }),
      { lost: 1 },
    ],
  ])('finds %s', (_, evidence, crimes) => {
    expect(found(evidence)).toEqual(crimes);
  });

  it('lets a provider who honours keys hear of one again', () => {
    const verdict = judge(with_(came('receipt/o-1/1', 15), came('reminder/o-2', 4_000)));
    expect([isClean(verdict), verdict.repeated]).toEqual([true, 2]);
  });

  it.each([
    ['that came', allIsWell()],
    ['that did not come', without('mail/o-2')],
  ])('lets a kill explain a mail %s and of which nobody knows', (_, { received }) => {
    const evidence = but(({ observed }) => ({
      received,
      faults: [KILL],
      observed: { ...observed, unsent: [UNKNOWN] },
    }));
    const verdict = judge(evidence);
    expect(isClean(verdict)).toBe(true);
    expect(verdict.unknown).toEqual([expect.stringContaining('explained by kill of action-dispatch-1')]);
  });

  it.each([
    ['of another service', { ...KILL, target: 'ingestion-1' }],
    ['that came later', { ...KILL, startedAt: 501, healedAt: 600 }],
    ['that was long over', { ...KILL, startedAt: -60_000, healedAt: -50_000 }],
  ])('does not let a kill %s explain it', (_, fault) => {
    const evidence = but(({ observed }) => ({ faults: [fault], observed: { ...observed, unsent: [UNKNOWN] } }));
    expect(found(evidence)).toEqual({ 'unknown without a fault': 1 });
  });
});
