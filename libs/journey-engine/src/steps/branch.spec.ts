import { describe, expect, it } from '@jest/globals';
import { aCustomer, aJourney, Play } from '../testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const JOURNEY = aJourney({
  steps: {
    split: {
      kind: 'branch',
      when: [
        { id: 'rich', if: 'customer.orders.value >= 500', next: 'rich' },
        { id: 'loyal', if: 'customer.orders.count >= 3', next: 'loyal' },
        { id: 'paris', if: 'customer.traits.city == "Paris"', next: 'paris' },
      ],
      default: 'rest',
    },
    rich: end('rich'),
    loyal: end('loyal'),
    paris: end('paris'),
    rest: end('rest'),
  },
});

describe('R13: branch', () => {
  it.each([
    ['the first that holds', { orders: { count: 5, value: 900 } }, 'rich', 'rich', 1],
    ['a later one', { orders: { count: 5, value: 10 } }, 'loyal', 'loyal', 2],
    ['the last', { traits: { city: 'Paris' } }, 'paris', 'paris', 3],
    ['none: default', { traits: { city: 'Ulm' } }, 'rest', 'default', 3],
    ['R14: none, as a path is missing: default', {}, 'rest', 'default', 3],
  ])('takes %s', (_, context, reason, chosen, tested) => {
    const play = new Play(JOURNEY, { context: aCustomer(context) });
    expect(play.instance).toMatchObject({ reason, steps: { split: { matched: chosen } } });
    const [branched] = play.traces('branched');
    expect(branched).toMatchObject({ stepId: 'split', chosen });
    expect(branched!.tested).toHaveLength(tested);
  });

  it('the trace keeps every operand tested, and the missing path', () => {
    const [branched] = new Play(JOURNEY).traces('branched');
    expect(branched!.tested).toEqual([
      {
        condition: 'customer.orders.value >= 500',
        result: false,
        operands: [{ path: 'customer.orders.value', value: 0 }],
        missing: [],
      },
      {
        condition: 'customer.orders.count >= 3',
        result: false,
        operands: [{ path: 'customer.orders.count', value: 0 }],
        missing: [],
      },
      {
        condition: 'customer.traits.city == "Paris"',
        result: false,
        operands: [],
        missing: ['customer.traits.city'],
      },
    ]);
  });

  it('reads what earlier steps remembered', () => {
    const play = new Play(
      aJourney({
        steps: {
          ask: {
            kind: 'await',
            any: [{ id: 'yes', event: 'Answered', next: 'look' }],
            timeout: { after: 'P1D', next: 'look' },
          },
          look: {
            kind: 'branch',
            when: [{ id: 'a', if: 'steps.ask.matched == "yes" && steps.ask.event.properties.score > 3', next: 'yes' }],
            default: 'no',
          },
          yes: end('yes'),
          no: end('no'),
        },
      }),
    );
    expect(play.event('Answered', { score: 4 }).instance.reason).toBe('yes');
  });
});
