import { describe, expect, it } from '@jest/globals';
import { aCustomer, aJourney, Play } from '../testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });

function updated(step: object, condition = 'true', of: Partial<ReturnType<typeof aCustomer>> = {}): Play {
  return new Play(
    aJourney({
      steps: {
        note: { kind: 'update', ...step, next: 'look' },
        look: { kind: 'branch', when: [{ id: 'yes', if: condition, next: 'yes' }], default: 'no' },
        yes: end('yes'),
        no: end('no'),
      },
    }),
    { entry: { plan: 'gold', seats: 3 }, context: aCustomer(of) },
  );
}

describe('update', () => {
  it('sets traits, adds to counters and emits an event, by expressions', () => {
    const { last } = updated({
      set: { plan: 'entry.properties.plan', total: 'entry.properties.seats * 2' },
      add: { points: 'entry.properties.seats' },
      emit: { event: 'Plan Chosen', properties: { plan: 'entry.properties.plan' } },
    });
    expect(last.effects).toEqual([
      { type: 'traits', set: { plan: 'gold', total: 6 }, add: { points: 3 } },
      { type: 'emit', event: 'Plan Chosen', properties: { plan: 'gold' } },
    ]);
  });

  it.each([
    [{ set: { plan: '"gold"' } }, 'customer.traits.plan == "gold"'],
    [{ add: { points: '2' } }, 'customer.counters.points == 7'],
    [{ add: { other: '2' } }, 'customer.counters.other == 2'],
    [{ add: { toString: '2' } }, 'customer.counters.toString == 2'],
    [{ set: { city: 'null' } }, '!has(customer.traits.city)'],
  ])('R14: the next step sees it at once: %j', (step, condition) => {
    const of = { counters: { points: 5 }, traits: { city: 'Ulm' } };
    expect(updated(step, condition, of).instance.reason).toBe('yes');
  });

  it('later decisions see what ingestion has folded', () => {
    const play = new Play(
      aJourney({
        steps: {
          note: { kind: 'update', set: { plan: '"gold"' }, next: 'pause' },
          pause: { kind: 'wait', for: 'PT1H', next: 'look' },
          look: {
            kind: 'branch',
            when: [{ id: 'y', if: 'customer.traits.plan == "gold"', next: 'yes' }],
            default: 'no',
          },
          yes: end('yes'),
          no: end('no'),
        },
      }),
    );
    expect(play.at('2026-05-06T11:00:00Z').fire().instance.reason).toBe('no');
  });

  it('what has no value is left out, and said', () => {
    const play = updated({
      set: { plan: 'customer.traits.none', seats: '3' },
      add: { points: '"x"', more: '1.0 / 0.0' },
    });
    expect(play.last.effects).toEqual([{ type: 'traits', set: { seats: 3 }, add: {} }]);
    expect(play.traces('updated')).toEqual([
      expect.objectContaining({ set: { seats: 3 }, add: {}, missing: ['customer.traits.none'] }),
    ]);
  });

  it('an event alone sets nothing', () => {
    expect(updated({ emit: { event: 'Seen' } }).last.effects).toEqual([
      { type: 'emit', event: 'Seen', properties: {} },
    ]);
  });
});
