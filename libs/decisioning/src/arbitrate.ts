import type { DecisionRequest, Survivor } from './candidate.js';
import { drawBeta, seededRandom } from './seeded-random.js';

/** The least propensity logged while exploring, so that a draft policy can be evaluated off-policy (R56). */
const PROPENSITY_FLOOR = 0.05;

/** A survivor with what arbitration makes of it. */
export interface Scored {
  survivor: Survivor;
  propensity: number;
  score: number;
}

/**
 * R55: score = propensity x context weight (1) x value x lever, best first, ties by priority, then id. The propensity of
 * a new offer is its prior's mean. With exploration, that share of decisions draws it from the prior instead (Thompson).
 */
export function arbitrate(
  survivors: readonly Survivor[],
  request: DecisionRequest,
): { ranked: Scored[]; explored: boolean } {
  const random = seededRandom(request.seed);
  const explored = request.explore > 0 && random() < request.explore;
  const inOrder = [...survivors].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const scored = inOrder.map((survivor): Scored => {
    const { prior, value, lever } = survivor.compiled.offer;
    const mean = prior.accepts / (prior.accepts + prior.declines);
    const drawn = explored ? drawBeta(random, prior.accepts, prior.declines) : mean;
    const propensity = request.explore > 0 ? Math.max(PROPENSITY_FLOOR, drawn) : drawn;
    return { survivor, propensity, score: round(propensity * value * lever) };
  });
  return { ranked: scored.sort(better), explored };
}

function better(a: Scored, b: Scored): number {
  return b.score - a.score || priorityOf(b) - priorityOf(a) || (idOf(a.survivor) < idOf(b.survivor) ? -1 : 1);
}

function priorityOf({ survivor }: Scored): number {
  return survivor.compiled.offer.priority;
}

function idOf(survivor: Survivor): string {
  return survivor.compiled.offer.id;
}

/** Products that are equal on paper are equal here: twelve digits are more than any prior knows. */
function round(score: number): number {
  return Number(score.toPrecision(12));
}
