import { describe, expect, it } from '@jest/globals';
import { CANDIDATE_REASONS, type Candidate, type Decision } from '@waymark/contracts';
import { DecisionTimeline } from './decision-timeline.js';

function aDecision(over: Partial<Decision> = {}): Decision {
  return {
    decisionId: 'd1' as never,
    customerId: 'ada' as never,
    at: '2026-05-04T08:00:00.000Z',
    slot: 'next',
    cause: { journeyId: 'cart', instanceId: 'i1' as never, stepId: 'offer', actionId: 'a1' as never },
    revision: 1,
    contextVersion: 7,
    candidates: [],
    ranked: ['refill'],
    winner: 'refill',
    strategy: 'coach',
    explored: false,
    seed: 'd1',
    ...over,
  };
}

const aCandidate = (over: Partial<Candidate>): Candidate => ({
  offerId: 'refill',
  version: 'v1',
  reason: 'WON',
  because: 'the best score: 0.5 x 10 x 1 = 5',
  ...over,
});

function entriesOf(newestFirst: readonly Decision[], journeyId?: string) {
  const timeline = new DecisionTimeline({ decisions: async (_, limit) => newestFirst.slice(0, limit) });
  return timeline.timeline('ada' as never, { limit: 10, journeyId });
}

describe('decisions in the timeline', () => {
  it('name the winner, how it is made, and what they are of', async () => {
    const decision = aDecision();
    expect(await entriesOf([decision])).toEqual([
      {
        at: decision.at,
        service: 'personalization',
        kind: 'decision',
        text: 'the offer "refill" is the next best action for "next" (coach)',
        because: [],
        journeyId: 'cart',
        instanceId: 'i1',
        stepId: 'offer',
        actionId: 'a1',
        decisionId: 'd1',
        facts: decision,
      },
    ]);
  });

  it('say when nothing was better than doing nothing (R58)', async () => {
    const [entry] = await entriesOf([aDecision({ winner: undefined, strategy: undefined, ranked: [] })]);
    expect(entry?.text).toBe('nothing is better for "next" than doing nothing');
  });

  it('have one sentence for every candidate, with its reason', async () => {
    const candidates = [
      aCandidate({}),
      aCandidate({ offerId: 'second', reason: 'LIMIT', because: 'made 1 times within P1D, at most 1' }),
      aCandidate({ offerId: 'third', reason: 'AGENCY', because: 'it only answers a request, and nobody asked' }),
    ];
    const [entry] = await entriesOf([aDecision({ candidates })]);
    expect(entry?.because).toEqual([
      'refill won: the best score: 0.5 x 10 x 1 = 5',
      'second was made often enough: made 1 times within P1D, at most 1',
      'third is more than she allows: it only answers a request, and nobody asked',
    ]);
  });

  it.each(CANDIDATE_REASONS)('have words for %s, and different ones for each', async (reason) => {
    const all = CANDIDATE_REASONS.map((each) => aCandidate({ reason: each }));
    const [entry] = await entriesOf([aDecision({ candidates: all })]);
    const own = entry!.because[CANDIDATE_REASONS.indexOf(reason)]!;
    expect(own).toMatch(/^refill [a-z ]+: the best score/);
    expect(entry!.because.filter((sentence) => sentence === own)).toHaveLength(1);
  });

  it('come oldest first, and can be those of one journey', async () => {
    const newestFirst = [
      aDecision({ decisionId: 'd3' as never }),
      aDecision({ decisionId: 'd2' as never, cause: {} }),
      aDecision({ decisionId: 'd1' as never }),
    ];
    const idsOf = async (journeyId?: string) =>
      (await entriesOf(newestFirst, journeyId)).map(({ decisionId }) => decisionId);
    expect(await idsOf()).toEqual(['d1', 'd2', 'd3']);
    expect(await idsOf('cart')).toEqual(['d1', 'd3']);
    expect(await idsOf('other')).toEqual([]);
  });
});
