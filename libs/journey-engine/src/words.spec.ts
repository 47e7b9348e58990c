import { describe, expect, it } from '@jest/globals';
import type { Tested } from '@waymark/customer-context';
import { aCustomer, aJourney, Play } from './testing/play.js';
import type { Trace, TraceEntry } from './trace.js';
import { because, testedWords, words } from './words.js';

const AT = '2026-05-06T10:00:00.000Z';
const told = (entry: TraceEntry): Trace => ({ at: AT, ...entry });
const TESTED: Tested = {
  condition: 'customer.orders.value >= 500.0',
  result: false,
  operands: [{ path: 'customer.orders.value', value: 120 }],
  missing: [],
};

describe('words', () => {
  it.each<[TraceEntry, string]>([
    [{ what: 'entered', event: 'Signed Up' }, 'enters because of Signed Up'],
    [{ what: 'refused', reason: 'CONSENT', detail: 'all denied' }, 'does not enter: CONSENT, all denied'],
    [{ what: 'arrived', stepId: 'tell', kind: 'act' }, 'comes to step "tell"'],
    [{ what: 'arrived', stepId: 'tell', kind: 'act', stage: 'aware' }, 'comes to step "tell" (aware)'],
    [{ what: 'waiting', stepId: 'w', until: AT, words: 'Wed 6 May' }, 'waits until Wed 6 May'],
    [{ what: 'listening', stepId: 'l', options: ['A', 'B'] }, 'waits for A or B'],
    [
      { what: 'listening', stepId: 'l', options: ['A'], until: AT, words: 'Wed 6 May' },
      'waits for A, at the latest until Wed 6 May',
    ],
    [{ what: 'matched', stepId: 'l', option: 'yes', event: 'A' }, 'goes on by "yes" because of A'],
    [{ what: 'matched', stepId: 'l', option: 'vip' }, 'goes on by "vip"'],
    [{ what: 'timedOut', stepId: 'l' }, 'nothing of it came in time'],
    [{ what: 'branched', stepId: 'b', chosen: 'rich', tested: [] }, 'takes the branch "rich"'],
    [{ what: 'assigned', stepId: 's', variant: 'a', hash: 0.1, sticky: false }, 'is in variant "a" of the test'],
    [{ what: 'assigned', stepId: 's', variant: 'a', hash: 0.1, sticky: true }, 'stays in variant "a" of the test'],
    [{ what: 'requested', stepId: 't', actionId: 'x', channel: 'mail' }, 'asks for a message by mail'],
    [{ what: 'requested', stepId: 'o', actionId: 'x', slot: 'home' }, 'asks for the next best action for "home"'],
    [{ what: 'decided', stepId: 'o', result: 'none' }, 'no offer was better than doing nothing'],
    [{ what: 'decided', stepId: 'o', result: 'won', offer: 'plus', strategy: 'coach' }, 'the offer "plus" won (coach)'],
    [{ what: 'outcome', stepId: 't', outcome: 'sent' }, 'the message was sent'],
    [{ what: 'outcome', stepId: 't', outcome: 'failed', reason: '404' }, 'the message could not be sent: 404'],
    [
      { what: 'outcome', stepId: 't', outcome: 'suppressed', reason: 'CAP', rule: 'weekly' },
      'the message was suppressed: CAP (weekly)',
    ],
    [{ what: 'outcome', stepId: 't', outcome: 'unknown' }, 'the message was handed over, its outcome is not known'],
    [{ what: 'responded', stepId: 'o', response: 'accepted' }, 'has accepted the offer of step "o"'],
    [
      { what: 'updated', stepId: 'u', set: { plan: 'gold' }, add: { points: 2 }, emitted: 'E', missing: ['event.x'] },
      'sets plan to "gold", adds 2 to points, emits E, leaves out what needs event.x',
    ],
    [{ what: 'updated', stepId: 'u', set: {}, add: {}, missing: [] }, 'updates nothing'],
    [{ what: 'interrupted', by: 'goal', event: 'A' }, 'reaches the goal by A'],
    [{ what: 'interrupted', by: 'gone', event: 'A' }, 'leaves by the exit rule "gone" because of A'],
    [{ what: 'converted' }, 'counts as a conversion'],
    [{ what: 'converted', value: 12 }, 'counts as a conversion worth 12'],
    [{ what: 'ended', reason: 'finished', stepId: 'end' }, 'ends: finished'],
  ])('%j', (entry, sentence) => {
    expect(words(told(entry))).toBe(sentence);
  });

  it('tells a run from its beginning to its end', () => {
    const journey = aJourney({
      entry: { event: 'Signed Up', where: 'event.properties.plan == "gold"' },
      steps: {
        pause: { kind: 'wait', for: 'PT1H', next: 'end' },
        end: { kind: 'exit', reason: 'done' },
      },
    });
    const play = new Play(journey, {
      entry: { plan: 'gold' },
      context: aCustomer({ traits: { timezone: 'Europe/Paris' } }),
    });
    const begun = play.last.trace.map(words);
    const left = play.at('2026-05-06T11:00:00Z').fire().last.trace.map(words);
    expect([...begun, ...left]).toEqual([
      'enters because of Signed Up',
      'comes to step "pause"',
      'waits until Wed 6 May 2026 13:00 (Europe/Paris)',
      'comes to step "end"',
      'ends: done',
    ]);
  });
});

describe('R13: because', () => {
  it('says what was tested, with the values it saw', () => {
    expect(because(told({ what: 'entered', event: 'A', tested: TESTED }))).toEqual([
      'customer.orders.value >= 500.0 does not hold: customer.orders.value is 120',
    ]);
  });

  it('one sentence a condition, in their order', () => {
    const held = { ...TESTED, condition: 'true', result: true, operands: [] };
    const branched = told({ what: 'branched', stepId: 'b', chosen: 'x', tested: [TESTED, held] });
    expect(because(branched)).toEqual([testedWords(TESTED), 'true holds']);
  });

  it('says what is missing', () => {
    const condition = 'customer.traits.city == event.properties.city';
    const missing = ['customer.traits.city', 'event.properties.city'];
    expect(testedWords({ condition, result: false, operands: [], missing })).toBe(
      `${condition} does not hold: there is no customer.traits.city, there is no event.properties.city`,
    );
  });

  it('of a trace that tested nothing there is none', () => {
    expect(because(told({ what: 'timedOut', stepId: 'l' }))).toEqual([]);
    expect(because(told({ what: 'entered', event: 'A' }))).toEqual([]);
  });
});
