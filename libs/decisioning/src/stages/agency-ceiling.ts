import { STRATEGIES, type Strategy } from '@waymark/contracts';
import { agencyFor } from '@waymark/customer-context';
import type { Stage } from '../candidate.js';

/**
 * The customer's agency is the ceiling: an offer above her level is made at her level. An `automate` worth more than its
 * `maxValue` becomes `coach` first. A `respond` offer answers only somebody who asked.
 */
export const agencyCeiling: Stage = (survivor, { request, scope }) => {
  const { strategy, category, value, automate } = survivor.compiled.offer;
  const level = agencyFor(scope.customer, category);
  const isTooDear = strategy === 'automate' && automate?.maxValue !== undefined && value > automate.maxValue;
  const made = lower(isTooDear ? 'coach' : strategy, level);
  if (made === 'respond' && request.origin === 'journey') {
    const because =
      strategy === 'respond'
        ? 'it only answers a request, and nobody asked'
        : `for ${category} she wants only what she asks for`;
    return { reason: 'AGENCY', because };
  }
  return { ...survivor, strategy: made };
};

function lower(a: Strategy, b: Strategy): Strategy {
  return STRATEGIES[Math.min(STRATEGIES.indexOf(a), STRATEGIES.indexOf(b))]!;
}
