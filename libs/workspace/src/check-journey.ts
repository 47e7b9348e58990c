import { ENTRY_KINDS, type AwaitStep, type Journey, type Step, type WaitStep } from '@waymark/contracts';
import { closest, own } from '@waymark/customer-context';
import type { Finding, Path } from './workspace-error.js';

/** A way out of a step: where it stands, where it leads. */
interface Exit {
  path: Path;
  to: string;
}

/** The journey as a graph: every way leads to a step, every step is reached, from every step an end is; R10; one way to wait. */
export function checkJourney(journey: Journey): Finding[] {
  const unknown = unknownSteps(journey);
  const graph = unknown.length > 0 ? unknown : [...unreachable(journey), ...endless(journey)];
  const steps = Object.entries(journey.steps).flatMap(([id, step]) => stepFindings(journey, id, step));
  return [...entryFindings(journey), ...graph, ...anchorFindings(journey), ...steps];
}

/** A wait counts from a message: its anchor is a step that asks for one. */
function anchorFindings(journey: Journey): Finding[] {
  return Object.entries(journey.steps).flatMap(([id, step]) => {
    if (step.kind !== 'wait' || !step.from) return [];
    const path = ['steps', id, 'from', 'step'];
    const { step: to } = step.from;
    const anchor = own(journey.steps, to);
    if (!anchor) return [unknownStep(journey, { path, to })];
    if (anchor.kind === 'act' || anchor.kind === 'decide') return [];
    const message = `a wait counts from an act or a decide step, and "${to}" is a ${anchor.kind}`;
    return [{ path, code: 'INVALID_VALUE', message }];
  });
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
  if (step.kind === 'branch')
    step.when.forEach((when, i) => exits.push({ path: at('when', i, 'next'), to: when.next }));
  if (step.kind === 'split')
    step.variants.forEach((variant, i) => exits.push({ path: at('variants', i, 'next'), to: variant.next }));
  return exits;
}

function entryFindings({ entry }: Journey): Finding[] {
  const kinds = ENTRY_KINDS.filter((kind) => entry[kind] !== undefined);
  if (kinds.length === 1) return [];
  const found = kinds.length === 0 ? 'this one has none' : `this one has ${kinds.join(' and ')}`;
  return [
    {
      path: ['entry'],
      atKey: true,
      code: kinds.length === 0 ? 'MISSING' : 'INVALID_VALUE',
      message: `an entry has one of ${ENTRY_KINDS.join(', ')}; ${found}`,
    },
  ];
}

function unknownSteps(journey: Journey): Finding[] {
  const exits = [
    { path: ['start'], to: journey.start },
    ...Object.entries(journey.steps).flatMap(([id, step]) => exitsOf(id, step)),
  ];
  return exits.filter(({ to }) => !Object.hasOwn(journey.steps, to)).map((exit) => unknownStep(journey, exit));
}

function unknownStep({ steps }: Journey, { path, to }: Exit): Finding {
  const suggestion = closest(to, Object.keys(steps));
  const message = `there is no step "${to}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`;
  return { path, code: 'UNKNOWN_REFERENCE', message, suggestion };
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
    .map((id) => ({
      path: ['steps', id],
      atKey: true,
      code: 'UNREACHABLE',
      message: `no step leads to "${id}": give it one, or take it out`,
    }));
}

/** Steps from which no end is reached: found backwards, from the ends. */
function endless(journey: Journey): Finding[] {
  const ending = new Set(
    Object.entries(journey.steps).flatMap(([id, step]) => (step.kind === 'exit' || step.kind === 'goal' ? [id] : [])),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const [id, step] of Object.entries(journey.steps)) {
      if (ending.has(id) || !exitsOf(id, step).some(({ to }) => ending.has(to))) continue;
      ending.add(id);
      grown = true;
    }
  }
  return Object.keys(journey.steps)
    .filter((id) => !ending.has(id))
    .map((id) => ({
      path: ['steps', id],
      atKey: true,
      code: 'NO_END',
      message: `from "${id}" no way leads to an end: add an exit or goal step and a way to it`,
    }));
}

function stepFindings(journey: Journey, id: string, step: Step): Finding[] {
  const problem = problemOf(journey, step);
  return problem === undefined
    ? []
    : [{ path: ['steps', id], atKey: true, code: problem.code, message: `step "${id}": ${problem.message}` }];
}

type Problem = Pick<Finding, 'code' | 'message'> | undefined;

const missing = (message: string): Problem => ({ code: 'MISSING', message });
const wrong = (message: string): Problem => ({ code: 'INVALID_VALUE', message });

/** What is wrong with a step by itself, beyond its shape. */
function problemOf({ policy }: Journey, step: Step): Problem {
  switch (step.kind) {
    case 'wait':
      return waitProblem(step);
    case 'await':
      return awaitProblem(step, policy.maxLifetime);
    case 'act':
      return (step.template === undefined) === (step.content === undefined)
        ? wrong('an act has either "template" or "content"')
        : undefined;
    case 'decide':
      return isEmpty(step.offers, ['ids', 'categories']) ? missing('"offers" needs "ids" or "categories"') : undefined;
    case 'update':
      return isEmpty(step, ['set', 'add', 'emit']) ? missing('an update needs "set", "add" or "emit"') : undefined;
    default:
      return undefined;
  }
}

function waitProblem(step: WaitStep): Problem {
  if (step.for !== undefined && step.until !== undefined) return wrong('a wait has "for" or "until", not both');
  if (step.from !== undefined && step.until !== undefined) return wrong('a wait has "from" or "until", not both');
  return isEmpty(step, ['for', 'until', 'at', 'weekdays', 'from'])
    ? missing('a wait needs "for", "until", "at", "weekdays" or "from"')
    : undefined;
}

function awaitProblem({ timeout }: AwaitStep, maxLifetime: string | undefined): Problem {
  if (timeout) return isEmpty(timeout, ['after', 'at']) ? missing('its timeout needs "after" or "at"') : undefined;
  return maxLifetime === undefined
    ? missing('an await needs a timeout, or the journey a policy.maxLifetime (R10)')
    : undefined;
}

function isEmpty<T extends object>(value: T, keys: readonly (keyof T)[]): boolean {
  return keys.every((key) => value[key] === undefined);
}
