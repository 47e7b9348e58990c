import type { Content } from '../content.js';

/** A place within a step: keys and indexes. */
export type StepPath = readonly (string | number)[];

/** A name that a step says, and where. */
export interface NamedIn {
  path: StepPath;
  name: string;
}

/** A way out of a step. */
export interface StepWay extends NamedIn {
  /** The id of the choice that leads there, where there are several. */
  choice?: string;
}

/** A condition or an expression in CEL, and where it stands. `event` is what has moved the instance, if it can be but one. */
export interface StepCondition {
  path: StepPath;
  source: string | undefined;
  event?: string | undefined;
  as?: 'expression';
}

/**
 * What a step says, whatever its kind, to those who check journeys, draw or sum them up. Each kind tells it beside its schema, so that
 * none of them has to know the kinds.
 */
export interface StepOutline {
  /** `name` is the step it leads to; none: the instance ends here. */
  ways: StepWay[];
  conditions?: StepCondition[];
  /** Events that the customer may go on by. */
  awaits?: string[];
  /** Whether she may stay for as long as a journey lasts (R10). */
  waitsForever?: boolean;
  /** What results are kept by: ids that are unique within their list. */
  lists?: { path: StepPath; what: string; ids: string[] }[];
  /** Steps whose message a wait counts from. */
  anchors?: NamedIn[];
  /** Whether it asks for a message, that a wait can count from. */
  asksForMessage?: true;
  message?: { channel: string; template?: string | undefined; content?: Content | undefined };
  zones?: NamedIn[];
  offers?: NamedIn[];
  categories?: NamedIn[];
  /** Journeys that are called. */
  calls?: NamedIn[];
  /** What is wrong with it by itself, beyond its shape. */
  problem?: StepProblem | undefined;
}

export interface StepProblem {
  code: 'MISSING' | 'INVALID_VALUE';
  message: string;
}

/** The ways out that stand at keys of the step itself; those that are not given are left out. */
export function waysAt(ways: Readonly<Record<string, string | undefined>>): StepWay[] {
  return Object.entries(ways).flatMap(([key, name]) => (name === undefined ? [] : [{ path: [key], name }]));
}

/** Expressions by name. */
export function expressionsAt(path: StepPath, texts: Readonly<Record<string, string>> | undefined): StepCondition[] {
  return Object.entries(texts ?? {}).map(([name, source]) => ({ path: [...path, name], source, as: 'expression' }));
}

/** A name that may be missing. */
export function namedAt(path: StepPath, name: string | undefined): NamedIn[] {
  return name === undefined ? [] : [{ path, name }];
}

/** Names in a list that may be missing. */
export function namesAt(path: StepPath, names: readonly string[] | undefined): NamedIn[] {
  return (names ?? []).map((name, i) => ({ path: [...path, i], name }));
}

export function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id);
}

/** Missing unless one of the keys is given. */
export function unlessGiven<T extends object>(
  value: T,
  keys: readonly (keyof T)[],
  message: string,
): StepProblem | undefined {
  return keys.every((key) => value[key] === undefined) ? { code: 'MISSING', message } : undefined;
}
