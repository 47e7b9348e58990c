import { checkCondition, type ConditionProblem } from '../check-condition.js';
import type { ScopeTypes } from '../cel-environment.js';
import { celSource } from '../cel-source.js';
import { momentsOf } from './moments-of-change.js';
import { readsSegmentsOtherwise, segmentsAskedFor } from './segment-order.js';

/**
 * Checks the condition of a segment: as any other, and that it is about the customer and the time alone, that it can be said
 * when time changes it, and that it asks for other segments by their ids.
 */
export function checkSegmentCondition(source: string, types: ScopeTypes): ConditionProblem[] {
  const problems = checkCondition(source, types);
  if (problems.length > 0) return problems;
  const { ast, paths } = celSource(source);
  const foreign = ['event', 'entry', 'steps'].filter((root) => paths.some(([first]) => first === root));
  if (readsSegmentsOtherwise(ast, paths))
    problems.push({
      message:
        'a segment asks for another one by its id, as in "vip" in customer.segments, and for nothing else of them',
      column: columnOf(source, paths.some((path) => path[1] === 'segments') ? 'segments' : 'customer'),
    });
  for (const root of foreign)
    problems.push({
      message: `a segment is about who a customer is at any moment: it can read customer and now, not "${root}"`,
      column: columnOf(source, root),
    });
  return [...problems, ...momentsOf(ast).problems];
}

/** The segments that a condition or expression asks for, as `"id" in customer.segments`; none for what is not CEL. */
export function segmentsNamedIn(source: string, types: ScopeTypes = {}): string[] {
  return checkCondition(source, types, 'expression').length > 0 ? [] : segmentsAskedFor(celSource(source).ast);
}

function columnOf(source: string, word: string): number {
  return Math.max(0, source.search(new RegExp(String.raw`\b${word}\b`)));
}
