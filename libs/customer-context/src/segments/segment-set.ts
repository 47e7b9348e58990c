/**
 * All segments of a workspace, and who is in them.
 *
 * A segment is a condition over `customer` and `now`. One may ask for others (`"vip" in customer.segments`): they are evaluated
 * in such an order that what is asked for is known, once, which is a fixpoint as there are no circles. Of somebody of whom
 * nothing is known, such as one who turned out to be somebody else, nothing holds.
 *
 * Between two events the answer changes at known instants alone (`moments-of-change.ts`): {@link Standing.dueAt} is the next of them.
 */
import type { EpochMs, Segment } from '@waymark/contracts';
import { celSource, type CelSource } from '../cel-source.js';
import { valueAt } from '../cel-scope.js';
import type { CustomerContext } from '../customer-context.js';
import type { OperandPath } from '../operand-paths.js';
import type { Scope } from '../scope.js';
import { momentsOf, type Moments } from './moments-of-change.js';
import { inOrder, segmentsAskedFor } from './segment-order.js';

/**
 * Instants looked at, at most, before a segment is evaluated though nothing may have changed (P6): more than a day has hours and
 * than a month has days.
 */
const LOOK_AHEAD_MAX = 32;

/** Who is in which segments, and when time alone may next change that. */
export interface Standing {
  /** Ids, sorted. */
  segments: string[];
  dueAt: EpochMs | undefined;
}

interface CompiledSegment {
  id: string;
  source: CelSource;
  /** What it reads beside segments and `now`. */
  reads: readonly OperandPath[];
  asksFor: readonly string[];
  /** Empty for a segment that does not read `now`. */
  moments: Moments['moments'];
}

export class SegmentSet {
  readonly #segments: readonly CompiledSegment[];

  /** Throws INVALID_RESOURCE for a condition that is not CEL. */
  constructor(segments: readonly Segment[]) {
    this.#segments = inOrder([...segments].sort((a, b) => (a.id < b.id ? -1 : 1))).map(compiled);
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** Who she is in at a moment, whatever was found before. */
  evaluate(context: CustomerContext, at: EpochMs): Standing {
    if (isUnknown(context)) return { segments: [], dueAt: undefined };
    return this.#standing(
      context,
      at,
      this.#members(context, at, () => undefined),
    );
  }

  /**
   * The same, from the context of which `dueAt` and its segments were found with this set: only those conditions are
   * evaluated whose answers may have changed since.
   */
  update(before: CustomerContext, dueAt: EpochMs | undefined, context: CustomerContext, at: EpochMs): Standing {
    if (isUnknown(before) || isUnknown(context)) return this.evaluate(context, at);
    const was = new Set(before.segments);
    let isTimed = dueAt !== undefined && dueAt <= at;
    const timeHasCome = isTimed;
    const members = this.#members(context, at, (segment, decided) => {
      const mayChange =
        (timeHasCome && segment.moments.length > 0) ||
        segment.asksFor.some((id) => decided.has(id) !== was.has(id)) ||
        segment.reads.some((path) => valueOf(before, path) !== valueOf(context, path));
      if (!mayChange) return was.has(segment.id);
      isTimed ||= segment.moments.length > 0;
      return undefined;
    });
    return isTimed ? this.#standing(context, at, members) : { segments: [...members].sort(), dueAt };
  }

  /** Decides one segment after the other; `known` says what needs no evaluation. */
  #members(
    context: CustomerContext,
    at: EpochMs,
    known: (segment: CompiledSegment, decided: ReadonlySet<string>) => boolean | undefined,
  ): Set<string> {
    const members = new Set<string>();
    for (const segment of this.#segments)
      if (known(segment, members) ?? holds(segment, scopeOf(context, members, at))) members.add(segment.id);
    return members;
  }

  #standing(context: CustomerContext, at: EpochMs, members: ReadonlySet<string>): Standing {
    const changes = this.#segments
      .filter(({ moments }) => moments.length > 0)
      .map((segment) => nextChange(segment, scopeOf(context, members, at), members.has(segment.id)))
      .filter((moment) => moment !== undefined);
    return { segments: [...members].sort(), dueAt: changes.length === 0 ? undefined : Math.min(...changes) };
  }
}

function compiled({ id, if: text }: Segment): CompiledSegment {
  const source = celSource(text);
  const asksFor = segmentsAskedFor(source.ast);
  const reads = source.paths.filter((path) => path[0] !== 'now' && path[1] !== 'segments');
  return { id, source, asksFor, reads, moments: momentsOf(source.ast).moments };
}

function holds({ source }: CompiledSegment, scope: Scope): boolean {
  return source.run(scope) === true;
}

/** The first instant at which the condition's answer is another one, all else being as it is. */
function nextChange(segment: CompiledSegment, scope: Scope, is: boolean): EpochMs | undefined {
  const instants = segment.moments.flatMap((moment) => moment(scope, {}));
  let at = scope.now;
  for (let looked = 0; looked < LOOK_AHEAD_MAX; looked += 1) {
    const next = Math.min(...instants.map((after) => after(at) ?? Infinity));
    if (next === Infinity) return undefined;
    at = next;
    if (holds(segment, { ...scope, now: at }) !== is) return at;
  }
  return at;
}

function scopeOf(context: CustomerContext, members: ReadonlySet<string>, now: EpochMs): Scope {
  return { customer: { ...context, segments: [...members] }, steps: {}, now };
}

function valueOf(customer: CustomerContext, path: OperandPath): unknown {
  return valueAt({ customer, steps: {}, now: 0 }, path);
}

function isUnknown({ traits, counters, orders, consents, agency, journeys, contacts }: CustomerContext): boolean {
  if (orders.count > 0 || contacts.length > 0) return false;
  return [traits, counters, consents, agency, journeys].every((each) => Object.keys(each).length === 0);
}
