import type { Journey, Step } from '@waymark/contracts';
import { closest } from '@waymark/customer-context';
import type { Finding, Path } from './workspace-error.js';

/** A way out of a step: where it stands, where it leads. */
interface Exit {
  path: Path;
  to: string;
}

/** The journey as a graph: every way leads to a step, every step is reached, from every step an end is; R10; one way to wait. */
export function checkJourney(journey: Journey): Finding[] {
  return [...unknownSteps(journey), ...unreachable(journey), ...endless(journey), ...Object.entries(journey.steps).flatMap(([id, step]) => stepFindings(journey, id, step))];
}

/** All ways out of a step. */
export function exitsOf(id: string, step: Step): Exit[] {
  const at = (...path: Path): Path => ['steps', id, ...path];
  const exits: Exit[] = [];
  for (const key of ['next', 'suppressed', 'failed', 'none', 'default'] as const) {
    const to = (step as Record<string, unknown>)[key];
    if (typeof to === 'string') exits.push({ path: at(key), to });
  }
  if (step.kind === 'await') {
    step.any.forEach((option, i) => exits.push({ path: at('any', i, 'next'), to: option.next }));
    if (step.timeout) exits.push({ path: at('timeout', 'next'), to: step.timeout.next });
  }
  if (step.kind === 'branch') step.when.forEach((when, i) => exits.push({ path: at('when', i, 'next'), to: when.next }));
  if (step.kind === 'split') step.variants.forEach((variant, i) => exits.push({ path: at('variants', i, 'next'), to: variant.next }));
  return exits;
}

function unknownSteps(journey: Journey): Finding[] {
  const known = Object.keys(journey.steps);
  const exits = [{ path: ['start'], to: journey.start }, ...Object.entries(journey.steps).flatMap(([id, step]) => exitsOf(id, step))];
  return exits
    .filter(({ to }) => !Object.hasOwn(journey.steps, to))
    .map(({ path, to }) => {
      const suggestion = closest(to, known);
      return { path, code: 'UNKNOWN_REFERENCE', message: `there is no step "${to}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`, suggestion };
    });
}

function unreachable(journey: Journey): Finding[] {
  const reached = new Set<string>();
  const open = [journey.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = journey.steps[id];
    if (!step || reached.has(id)) continue;
    reached.add(id);
    open.push(...exitsOf(id, step).map(({ to }) => to));
  }
  return Object.keys(journey.steps)
    .filter((id) => !reached.has(id))
    .map((id) => ({ path: ['steps', id], atKey: true, code: 'UNREACHABLE', message: `no step leads to "${id}": give it one, or take it out` }));
}

/** Steps from which no end is reached: found backwards, from the ends. */
function endless(journey: Journey): Finding[] {
  const ending = new Set(Object.entries(journey.steps).flatMap(([id, step]) => (step.kind === 'exit' || step.kind === 'goal' ? [id] : [])));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [id, step] of Object.entries(journey.steps)) {
      if (ending.has(id) || !exitsOf(id, step).some(({ to }) => ending.has(to))) continue;
      ending.add(id);
      grown = true;
    }
  }
  return Object.keys(journey.steps)
    .filter((id) => !ending.has(id))
    .map((id) => ({ path: ['steps', id], atKey: true, code: 'NO_END', message: `from "${id}" no way leads to an end: add an exit or goal step and a way to it` }));
}

function stepFindings(journey: Journey, id: string, step: Step): Finding[] {
  const found = (message: string, code: Finding['code'] = 'INVALID_VALUE'): Finding[] => [{ path: ['steps', id], atKey: true, code, message: `step "${id}": ${message}` }];
  switch (step.kind) {
    case 'wait': {
      if (step.for !== undefined && step.until !== undefined) return found('a wait has "for" or "until", not both');
      const hasWay = step.for ?? step.until ?? step.at ?? step.weekdays;
      return hasWay === undefined ? found('a wait needs "for", "until", "at" or "weekdays"', 'MISSING') : [];
    }
    case 'await': {
      const { timeout } = step;
      if (!timeout) return journey.policy.maxLifetime === undefined ? found('an await needs a timeout, or the journey a policy.maxLifetime (R10)', 'MISSING') : [];
      return timeout.after === undefined && timeout.at === undefined ? found('its timeout needs "after" or "at"', 'MISSING') : [];
    }
    case 'act':
      return (step.template === undefined) === (step.content === undefined) ? found('an act has either "template" or "content"') : [];
    case 'decide':
      return step.offers.ids === undefined && step.offers.categories === undefined ? found('"offers" needs "ids" or "categories"', 'MISSING') : [];
    case 'update':
      return step.set === undefined && step.add === undefined && step.emit === undefined ? found('an update needs "set", "add" or "emit"', 'MISSING') : [];
    default:
      return [];
  }
}
