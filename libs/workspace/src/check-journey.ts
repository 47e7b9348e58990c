import { ENTRY_KINDS, outlineOf, type Journey, type NamedIn, type StepOutline } from '@waymark/contracts';
import { closest, own } from '@waymark/customer-context';
import type { Finding } from './workspace-error.js';

/** The journey as a graph: every way leads to a step, every step is reached, from every step an end is; R10; one way to wait. */
export function checkJourney(journey: Journey): Finding[] {
  const unknown = unknownSteps(journey);
  const graph = unknown.length > 0 ? unknown : [...unreachable(journey), ...endless(journey)];
  const steps = outlines(journey).flatMap((each) => stepFindings(journey, each));
  return [...entryFindings(journey), ...graph, ...anchorFindings(journey), ...steps];
}

/** A wait counts from a message: its anchor is a step that asks for one. */
function anchorFindings(journey: Journey): Finding[] {
  return outlines(journey).flatMap(([id, { anchors = [] }]) =>
    anchors.flatMap(({ path: within, name }) => {
      const path = ['steps', id, ...within];
      const anchor = own(journey.steps, name);
      if (!anchor) return [unknownStep(journey, { path, name })];
      if (outlineOf(anchor).asksForMessage) return [];
      const message = `a wait counts from an act or a decide step, and "${name}" is a ${anchor.kind}`;
      return [{ path, code: 'INVALID_VALUE' as const, message }];
    }),
  );
}

function outlines({ steps }: Journey): [id: string, outline: StepOutline][] {
  return Object.entries(steps).map(([id, step]) => [id, outlineOf(step)]);
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
  const ways = outlines(journey).flatMap(([id, outline]) =>
    outline.ways.map(({ path, name }) => ({ path: ['steps', id, ...path], name })),
  );
  return [{ path: ['start'], name: journey.start }, ...ways]
    .filter(({ name }) => !Object.hasOwn(journey.steps, name))
    .map((way) => unknownStep(journey, way));
}

function unknownStep({ steps }: Journey, { path, name }: NamedIn): Finding {
  const suggestion = closest(name, Object.keys(steps));
  const message = `there is no step "${name}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`;
  return { path, code: 'UNKNOWN_REFERENCE', message, suggestion };
}

function unreachable(journey: Journey): Finding[] {
  const reached = new Set<string>();
  const open = [journey.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = journey.steps[id];
    if (!step || reached.has(id)) continue;
    reached.add(id);
    open.push(...outlineOf(step).ways.map(({ name }) => name));
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
  const all = outlines(journey);
  const ending = new Set(all.flatMap(([id, { ways }]) => (ways.length === 0 ? [id] : [])));
  for (let grown = true; grown;) {
    grown = false;
    for (const [id, { ways }] of all) {
      if (ending.has(id) || !ways.some(({ name }) => ending.has(name))) continue;
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

function stepFindings({ policy }: Journey, [id, { problem, waitsForever }]: [string, StepOutline]): Finding[] {
  const found = problem ?? (waitsForever && policy.maxLifetime === undefined ? FOREVER : undefined);
  return found === undefined
    ? []
    : [{ path: ['steps', id], atKey: true, code: found.code, message: `step "${id}": ${found.message}` }];
}

const FOREVER = {
  code: 'MISSING',
  message: 'an await needs a timeout, or the journey a policy.maxLifetime (R10)',
} as const;
