import { describe, expect, it } from '@jest/globals';
import { interactionSchema } from '@waymark/contracts';
import fc from 'fast-check';
import type { CompiledJourney } from './compile-journey.js';
import { decide, type Decision } from './decide.js';
import { enter, NO_ENTRIES } from './enter.js';
import { dueAtOf, type Instance } from './instance.js';
import type { Surroundings } from './run.js';
import { contextWith, happenings, journeys, type Happening } from './testing/arbitraries.js';
import { anEvent, surroundingsAt } from './testing/play.js';
import { because, words } from './words.js';

/** Two days before the clocks change in Paris. */
const BEGIN = Date.parse('2026-03-27T10:00:00Z');

/** What one input did, and when; the first is the entry. */
interface Played extends Decision {
  now: number;
}

/** Plays a life; `stored` is what an instance goes through between two inputs. */
function play(
  journey: CompiledJourney,
  life: readonly Happening[],
  stored: (instance: Instance) => Instance,
): Played[] {
  const assignments: Record<string, string> = {};
  let now = BEGIN;
  const surroundings = (traits: Happening['traits'], version: number): Surroundings =>
    surroundingsAt(new Date(now).toISOString(), {
      context: contextWith(traits, version),
      assignments: { ...assignments },
    });
  const entry = enter(
    journey,
    anEvent('Signed Up', { n: 2 }),
    { ledger: NO_ENTRIES, taken: 0, state: 'running' },
    surroundings({}, 1),
  );
  if (!entry.entered) throw new Error(`refused: ${entry.reason}`);
  const played: Played[] = [{ ...entry, now }];
  for (const [i, { afterMs, traits, input }] of life.entries()) {
    const last = played.at(-1)!;
    for (const effect of last.effects) if (effect.type === 'assigned') assignments[effect.seed] ??= effect.variant;
    now += afterMs;
    const given = stored(last.instance);
    played.push({ ...decide(journey, given, input(given), surroundings(traits, i + 2)), now });
  }
  return played;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

const asStored = (instance: Instance): Instance => JSON.parse(JSON.stringify(instance)) as Instance;
const json = (value: unknown): string => JSON.stringify(value);

function forAnyLife(check: (journey: CompiledJourney, played: Played[], life: Happening[]) => void): void {
  fc.assert(
    fc.property(journeys, happenings, (journey, life) => check(journey, play(journey, life, deepFreeze), life)),
    { numRuns: 250 },
  );
}

describe('any journey, whatever happens', () => {
  it('an instance given is never changed, and a replay from the store gives the same as live', () => {
    forAnyLife((journey, played, life) => {
      expect(play(journey, life, asStored)).toEqual(played);
    });
  });

  it('an active instance is at one step of its definition, with `pending` exactly while an act or decide has no outcome', () => {
    forAnyLife((journey, played) => {
      for (const { instance } of played.filter((each) => each.instance.status === 'active')) {
        const kind = journey.steps.get(instance.step)?.kind;
        expect(['wait', 'await', 'act', 'decide']).toContain(kind);
        expect(instance.pending !== undefined).toBe(kind === 'act' || kind === 'decide');
        if (kind === 'act' || kind === 'decide' || kind === undefined) expect(instance.timers.step).toBeUndefined();
        if (kind === 'wait') expect(instance.timers.step).toBeDefined();
        expect(instance.timers.lifetime).toBeDefined();
        expect([instance.endedAt, instance.reason]).toEqual([undefined, undefined]);
      }
    });
  });

  it('an ended instance has no step or lifetime timer and no `pending`, and a conversion timer only while that is open', () => {
    forAnyLife((journey, played) => {
      for (const { instance, now } of played.filter((each) => each.instance.status === 'ended')) {
        expect(instance.pending).toBeUndefined();
        expect(Object.keys(instance.timers).filter((timer) => timer !== 'conversion')).toEqual([]);
        expect(instance.reason).toEqual(expect.any(String));
        if (instance.timers.conversion === undefined) continue;
        expect(instance.converted).toBeUndefined();
        expect(journey.goal?.window).toBeDefined();
        expect(Date.parse(instance.endedAt!)).toBeLessThanOrEqual(now);
      }
    });
  });

  it('an ended instance never moves again, and a conversion is never taken back or counted twice', () => {
    forAnyLife((_, played) => {
      for (const [i, { instance, effects, trace }] of played.slice(1).entries()) {
        const before = played[i]!.instance;
        if (before.converted) expect(instance.converted).toEqual(before.converted);
        if (before.status === 'active') continue;
        const { steps: _steps, timers: _timers, converted: _converted, ...still } = instance;
        const { steps, timers, converted, ...was } = before;
        expect(json(still)).toBe(json(was));
        expect(effects).toEqual([]);
        expect(Object.keys(instance.steps)).toEqual(Object.keys(steps));
        if (instance.converted && !converted) expect(timers.conversion).toBeDefined();
        for (const { what } of trace) expect(['converted', 'responded']).toContain(what);
      }
    });
  });

  it('what did not change says nothing, asks for nothing, and is as it was', () => {
    forAnyLife((_, played) => {
      for (const [i, { instance, effects, trace, changed }] of played.slice(1).entries()) {
        if (changed) continue;
        expect([effects, trace]).toEqual([[], []]);
        expect(json(instance)).toBe(json(played[i]!.instance));
      }
    });
  });

  it('R15, R42: every message asked for has an id of its own, and is cancelled when she leaves before its outcome', () => {
    forAnyLife((_, played) => {
      const asked: string[] = [];
      for (const [i, { instance, effects }] of played.entries()) {
        const interactions = effects.flatMap((effect) => (effect.type === 'interaction' ? effect.interaction : []));
        for (const each of interactions) {
          expect(interactionSchema.parse(each)).toEqual(each);
          if (each.type !== 'cancel') asked.push(each.actionId);
        }
        const open =
          interactions.findLast((each) => each.type !== 'cancel')?.actionId ??
          played[i - 1]?.instance.pending?.actionId;
        const cancelled = interactions.flatMap((each) => (each.type === 'cancel' ? each.actionId : []));
        if (instance.status === 'active') expect(cancelled).toEqual([]);
        else for (const actionId of cancelled) expect(actionId).toBe(open);
        if (instance.pending) expect(instance.pending.actionId).toBe(open);
      }
      expect(new Set(asked).size).toBe(asked.length);
    });
  });

  it('visits add up, and never more than one above the limit', () => {
    forAnyLife((journey, played) => {
      for (const { instance } of played) {
        const visits = Object.values(instance.visits).reduce((sum, count) => sum + count, 0);
        expect(instance.visitsTotal).toBe(visits);
        expect(instance.visitsTotal > journey.policy.maxStepVisits).toBe(instance.reason === 'MAX_STEP_VISITS');
      }
    });
  });

  it('every trace has a sentence, and every condition tested a reason', () => {
    forAnyLife((_, played) => {
      for (const trace of played.flatMap((each) => each.trace)) {
        expect(words(trace)).toMatch(/^\S+ .*\S$/);
        for (const reason of because(trace)) expect(reason).toMatch(/ (holds|does not hold)/);
      }
    });
  });

  it('what is due fires, once each, until all that is left is in the future', () => {
    fc.assert(
      fc.property(journeys, happenings, fc.nat(20 * 24 * 3_600_000), (journey, life, afterMs) => {
        const last = play(journey, life, deepFreeze).at(-1)!;
        const now = last.now + afterMs;
        const surroundings = surroundingsAt(new Date(now).toISOString(), { context: contextWith({}, 99) });
        let { instance } = last;
        for (let left = journey.policy.maxStepVisits + 3; (dueAtOf(instance) ?? Infinity) <= now; left -= 1) {
          expect(left).toBeGreaterThan(0);
          instance = decide(journey, instance, { type: 'timer' }, surroundings).instance;
        }
        expect(decide(journey, instance, { type: 'timer' }, surroundings)).toMatchObject({ changed: false, trace: [] });
      }),
      { numRuns: 250 },
    );
  });
});
