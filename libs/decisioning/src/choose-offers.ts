import type { Candidate } from '@waymark/contracts';
import { arbitrate, type Scored } from './arbitrate.js';
import type { DecisionScope, Refusal, Stage, Survivor } from './candidate.js';
import type { CompiledOffer } from './compile-offer.js';
import { agencyCeiling } from './stages/agency-ceiling.js';
import { conditionStage } from './stages/condition-stage.js';
import { usableChannel } from './stages/usable-channel.js';
import { validNow } from './stages/valid-now.js';
import { withinLimit } from './stages/within-limit.js';

/** R55, in order; the first stage that refuses is the one named. */
const STAGES: readonly Stage[] = [
  validNow,
  conditionStage((offer) => offer.eligible, 'NOT_ELIGIBLE'),
  conditionStage((offer) => offer.applicable, 'NOT_APPLICABLE'),
  conditionStage((offer) => offer.suitable, 'NOT_SUITABLE'),
  agencyCeiling,
  withinLimit,
  usableChannel,
];

export interface Choice {
  /** Every candidate with its reason, in the order of their ids. */
  candidates: Candidate[];
  /** Those to be made, winner first; empty when none is better than doing nothing (R58). */
  chosen: Scored[];
  explored: boolean;
}

/** The next best action among offers. Pure: the same arguments give the same choice, whatever the order of the offers. */
export function chooseOffers(offers: readonly CompiledOffer[], scope: DecisionScope): Choice {
  const refused: Candidate[] = [];
  const survivors: Survivor[] = [];
  for (const compiled of offers) {
    const passed = passStages(compiled, scope);
    if ('reason' in passed) refused.push({ offerId: compiled.offer.id, version: compiled.version, ...passed });
    else survivors.push(passed);
  }
  const { ranked, explored } = arbitrate(survivors, scope.request);
  const chosen = ranked.filter(({ score }) => score > 0).slice(0, scope.request.top);
  const candidates = [...refused, ...ranked.map((scored, rank) => rankedCandidate(scored, rank, chosen))];
  return { candidates: candidates.sort((a, b) => (a.offerId < b.offerId ? -1 : 1)), chosen, explored };
}

function passStages(compiled: CompiledOffer, scope: DecisionScope): Survivor | Refusal {
  let survivor: Survivor = { compiled, strategy: compiled.offer.strategy };
  for (const stage of STAGES) {
    const passed = stage(survivor, scope);
    if ('reason' in passed) return passed;
    survivor = passed;
  }
  return survivor;
}

function rankedCandidate({ survivor, propensity, score }: Scored, rank: number, chosen: readonly Scored[]): Candidate {
  const { offer, version } = survivor.compiled;
  const { value, lever, priority, id } = offer;
  const sum = `${propensity} x ${value} x ${lever} = ${score}`;
  const base = {
    offerId: id,
    version,
    score,
    propensity,
    value,
    lever,
    priority,
    strategy: survivor.strategy,
    channel: survivor.channel,
  };
  if (score <= 0) return { ...base, reason: 'OUTRANKED', because: `its score ${sum} is not better than doing nothing` };
  if (rank === 0) return { ...base, reason: 'WON', because: `the best score: ${sum}` };
  return rank < chosen.length
    ? { ...base, reason: 'RANKED', because: `number ${rank + 1}: ${sum}` }
    : {
        ...base,
        reason: 'OUTRANKED',
        because: `its score ${sum} is below that of ${chosen[0]!.survivor.compiled.offer.id}`,
      };
}
