import { describe, expect, it } from '@jest/globals';
import { STRATEGIES, type Strategy } from '@waymark/contracts';
import { candidateOf, type Asked } from '../testing/samples.js';

const PAIRS = STRATEGIES.flatMap((strategy) => STRATEGIES.map((level): [Strategy, Strategy] => [strategy, level]));

function lower(a: Strategy, b: Strategy): Strategy {
  return STRATEGIES.indexOf(a) < STRATEGIES.indexOf(b) ? a : b;
}

const allowing = (level: Strategy, over: Asked = {}): Asked => ({ customer: { agency: { cart: level } }, ...over });

describe("the customer's agency as the ceiling (R55)", () => {
  it.each(PAIRS)(
    'an offer of strategy %s for somebody at %s is made at the lower of the two, when asked for',
    (strategy, level) => {
      expect(candidateOf({ strategy }, allowing(level, { origin: 'asked' }))).toMatchObject({
        reason: 'WON',
        strategy: lower(strategy, level),
      });
    },
  );

  it.each(PAIRS)('in a journey, %s for somebody at %s is never an answer to nobody', (strategy, level) => {
    const made = lower(strategy, level);
    const candidate = candidateOf({ strategy }, allowing(level));
    if (made === 'respond') expect(candidate.reason).toBe('AGENCY');
    else expect(candidate).toMatchObject({ reason: 'WON', strategy: made });
  });

  it.each([
    ['respond', 'automate', 'it only answers a request, and nobody asked'],
    ['automate', 'respond', 'for cart she wants only what she asks for'],
  ] as const)('%s for somebody at %s says why nobody may be answered', (strategy, level, because) => {
    expect(candidateOf({ strategy }, allowing(level))).toMatchObject({ reason: 'AGENCY', because });
  });

  it.each([
    ["the category's own level goes before *, up", { cart: 'automate', '*': 'respond' }, 'automate'],
    ["the category's own level goes before *, down", { cart: 'curate', '*': 'automate' }, 'curate'],
    ['* counts where the category has no level', { '*': 'coach', other: 'automate' }, 'coach'],
    ['unset is curate', {}, 'curate'],
    ['another category does not count', { other: 'automate' }, 'curate'],
  ] as const)('%s', (_, agency, made) => {
    expect(candidateOf({ strategy: 'automate' }, { customer: { agency } }).strategy).toBe(made);
  });

  describe('an automate offer above its maxValue becomes coach, then the ceiling applies', () => {
    const automate = { maxValue: 20, undo: 'PT1H' };

    it.each([
      [20, 'automate', 'automate'],
      [20.01, 'automate', 'coach'],
      [20.01, 'coach', 'coach'],
      [20.01, 'curate', 'curate'],
      [20, 'coach', 'coach'],
    ] as const)('worth %d for somebody at %s it is made as %s', (value, level, made) => {
      expect(candidateOf({ strategy: 'automate', value, automate }, allowing(level)).strategy).toBe(made);
    });

    it('and is refused for somebody at respond, in a journey', () => {
      expect(candidateOf({ strategy: 'automate', value: 21, automate }, allowing('respond')).reason).toBe('AGENCY');
    });

    it('but without a maxValue it is done whatever it is worth', () => {
      const offer = { strategy: 'automate', value: 1e9, automate: { undo: 'PT1H' } };
      expect(candidateOf(offer, allowing('automate')).strategy).toBe('automate');
    });
  });
});
