/**
 * When a condition that reads `now` may change by time alone.
 *
 * `now` may stand in three places; any other is a problem, told before such a condition is ever used:
 * - in a comparison of times or of durations, whose sides are sums of `now` and of what does not depend on it: they are
 *   equal at one instant, and the answer changes there or a millisecond later;
 * - in what is asked for its hour, day and so on: the answer changes where the next hour or day begins in the zone asked for;
 *   a duration's hours that are compared with a number, where it has so many;
 * - within `exists`, `all`, `exists_one`, `filter` and `map` over a list that does not depend on it: as above for each item.
 *
 * Everything else an expression reads stands still between two events, so these instants are all there are.
 */
import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import type { EpochMs } from '@waymark/contracts';
import { celSource, type CelSource, type Variables } from '../cel-source.js';
import { zoneOrUtc } from '../time/local-time.js';
import type { Scope } from '../scope.js';
import { nextUnit, UNIT_MS, unitOf, type Unit } from './calendar-units.js';

/** The first instant after a moment at which something may change; undefined when there is none. */
export type NextChange = (after: EpochMs) => EpochMs | undefined;

/** A place where `now` stands; resolves its instants for what a scope has. */
type Moment = (scope: Scope, variables: Variables) => NextChange[];

/** A place of `now` of which nobody knows when its answer changes; the column counts from 0. */
export interface MomentProblem {
  message: string;
  column: number;
}

/** All places of `now` in an expression; none of either kind when it does not read it. */
export interface Moments {
  moments: Moment[];
  problems: MomentProblem[];
}

/** A sum of times and durations: `now` so many times, and what does not depend on it. */
interface Sum {
  times: number;
  terms: { sign: 1 | -1; source: CelSource }[];
}

/** A call of an accessor on a sum with `now` in it. */
interface Accessed {
  unit: Unit;
  sum: Sum;
  zone: CelSource | undefined;
}

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];
const MACROS: readonly string[] = ['exists', 'all', 'exists_one', 'filter', 'map'];
const RIGHT =
  'compare it with a time, as in now - customer.lastSeen.Visit > duration("720h"), or ask it for its hour or day';

/** The places of `now` in an expression that was parsed. */
export function momentsOf(ast: ASTNode): Moments {
  const found: Moments = { moments: [], problems: [] };
  collect(ast, [], found);
  return found;
}

function collect(node: unknown, bound: readonly string[], found: Moments): void {
  if (Array.isArray(node)) return node.forEach((child) => collect(child, bound, found));
  if (!isNode(node) || !readsNow(node)) return;
  if (node.op === 'id') {
    const message = `nobody can say in advance when what depends on "now" here changes: ${RIGHT}`;
    found.problems.push({ message, column: node.start });
    return;
  }
  const moment = compared(node, bound) ?? asked(node, bound) ?? forEachItem(node, bound, found);
  if (moment) found.moments.push(moment);
  else collect(node.args, bound, found);
}

function compared(node: ASTNode, bound: readonly string[]): Moment | undefined {
  if (!COMPARISONS.includes(node.op)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const [a, b] = [sumOf(left, bound), sumOf(right, bound)];
  if (a && b) return equalAt(plus(a, b, -1));
  const [accessed, other] = readsNow(left) ? [accessedBy(left, bound), right] : [accessedBy(right, bound), left];
  return accessed && !readsNow(other) ? counted(accessed, celSource(serialize(other), bound)) : undefined;
}

/** The two sides of a comparison are equal where their difference is zero. */
function equalAt(difference: Sum): Moment {
  return (scope, variables) => {
    const rest = restOf(difference, scope, variables)?.ms;
    return rest === undefined || difference.times === 0 ? [] : [firstOf([-rest / difference.times])];
  };
}

function asked(node: ASTNode, bound: readonly string[]): Moment | undefined {
  const accessed = accessedBy(node, bound);
  return accessed && ((scope, variables) => changes(accessed, scope, variables));
}

/** A duration's hours compared with a number change at that number; a time's hours change every hour. */
function counted(accessed: Accessed, against: CelSource): Moment {
  return (scope, variables) => {
    const rest = restOf(accessed.sum, scope, variables);
    const number = Number(against.run(scope, variables));
    if (!rest || rest.isTime || Number.isNaN(number)) return changes(accessed, scope, variables);
    const { unit, sum } = accessed;
    const counts = [Math.floor(number) - 1, Math.floor(number), Math.floor(number) + 1];
    return [firstOf(counts.map((count) => (count * UNIT_MS[unit] - rest.ms) / sum.times))];
  };
}

function changes({ unit, sum, zone }: Accessed, scope: Scope, variables: Variables): NextChange[] {
  const rest = restOf(sum, scope, variables);
  if (!rest) return [];
  const { ms, isTime } = rest;
  if (isTime) {
    const named = zone?.run(scope, variables);
    const name = zoneOrUtc(typeof named === 'string' ? named : undefined);
    return [(after) => nextUnit(after + ms, unit, name) - ms];
  }
  const length = UNIT_MS[unit];
  return [
    (after) => {
      const whole = Math.floor((sum.times * after + ms) / length);
      return firstOf([-1, 0, 1, 2].map((more) => ((whole + more) * length - ms) / sum.times))(after);
    },
  ];
}

function accessedBy(node: ASTNode, bound: readonly string[]): Accessed | undefined {
  if (node.op !== 'rcall') return undefined;
  const [name, target, args] = node.args;
  const unit = unitOf(name);
  const sum = unit && sumOf(target, bound);
  if (!unit || !sum || sum.times === 0 || args.some(readsNow)) return undefined;
  const isFast = unit === 'second' || unit === 'millisecond';
  if (isFast && celSource(serialize(target), bound).type() !== 'google.protobuf.Duration') return undefined;
  return { unit, sum, zone: args[0] && celSource(serialize(args[0]), bound) };
}

function forEachItem(node: ASTNode, bound: readonly string[], found: Moments): Moment | undefined {
  if (node.op !== 'rcall') return undefined;
  const [name, list, [variable, ...bodies]] = node.args;
  if (!MACROS.includes(name) || variable?.op !== 'id' || readsNow(list)) return undefined;
  const item = variable.args;
  const inner: Moments = { moments: [], problems: found.problems };
  collect(bodies, [...bound, item], inner);
  const source = celSource(serialize(list), bound);
  return (scope, variables) =>
    itemsOf(source.run(scope, variables)).flatMap((each) =>
      inner.moments.flatMap((moment) => moment(scope, { ...variables, [item]: each })),
    );
}

/** A macro goes through the items of a list, or the keys of a map. */
function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys()];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** An expression as a sum; undefined for one that depends on `now` in another way. */
function sumOf(node: ASTNode, bound: readonly string[]): Sum | undefined {
  if (!readsNow(node)) return { times: 0, terms: [{ sign: 1, source: celSource(serialize(node), bound) }] };
  if (node.op === 'id') return { times: 1, terms: [] };
  if (node.op !== '+' && node.op !== '-') return undefined;
  const [left, right] = node.args.map((side) => sumOf(side, bound));
  return left && right && plus(left, right, node.op === '+' ? 1 : -1);
}

function plus(a: Sum, b: Sum, sign: 1 | -1): Sum {
  const terms = b.terms.map((term) => ({ ...term, sign: (term.sign * sign) as 1 | -1 }));
  return { times: a.times + sign * b.times, terms: [...a.terms, ...terms] };
}

/** What a sum is beside `now`, in milliseconds, and whether all of it is a time or a duration; undefined where something is missing. */
function restOf(
  { times, terms }: Sum,
  scope: Scope,
  variables: Variables,
): { ms: number; isTime: boolean } | undefined {
  let ms = 0;
  let instants = times;
  for (const { sign, source } of terms) {
    const value = source.run(scope, variables);
    if (typeof value !== 'object' || value === null) return undefined;
    if (value instanceof Date) instants += sign;
    ms += sign * Number(value);
  }
  return Number.isNaN(ms) ? undefined : { ms, isTime: instants === 1 };
}

/** The first of these instants, or the milliseconds behind them, that is after a moment. */
function firstOf(instants: readonly number[]): NextChange {
  const all = instants.flatMap((instant) => [Math.ceil(instant), Math.ceil(instant) + 1]).sort((a, b) => a - b);
  return (after) => all.find((instant) => instant > after);
}

function readsNow(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(readsNow);
  if (!isNode(node)) return false;
  return node.op === 'id' ? node.args === 'now' : readsNow(node.args);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
