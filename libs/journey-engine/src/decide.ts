import type { CustomerEvent, EpochMs } from '@waymark/contracts';
import { amountOf } from '@waymark/customer-context';
import { rememberAnswer } from './awaited-outcome.js';
import type { CompiledJourney } from './compile-journey.js';
import type { Effect } from './effect.js';
import { convert, currentStep, end, follow, type JourneyRun } from './flow.js';
import type { Instance } from './instance.js';
import { migrate, thaw, type Migration } from './living.js';
import { Run, type Surroundings } from './run.js';
import { seenEvent } from './seen-event.js';
import type { Called } from './step-kind.js';
import type { Trace } from './trace.js';

/** What can move an instance. */
export type Input =
  | { type: 'event'; event: CustomerEvent }
  | { type: 'timer' }
  /** R28: the journey is stopped; R61: another instance stays in its place. */
  | { type: 'end'; reason: 'STOPPED' | 'MERGED' }
  /** R26: the journey's clocks stood still between two moments. */
  | { type: 'thaw'; from: EpochMs; to: EpochMs }
  /** R22: from the version entered to the one that decides. */
  | ({ type: 'migrate' } & Migration)
  /** The step `stepId` has called another journey at its `visit`. */
  | { type: 'called'; stepId: string; visit: number; called: Called };

export interface Decision {
  instance: Instance;
  effects: Effect[];
  trace: Trace[];
  /** False when the input concerned nothing: the instance is as it was. */
  changed: boolean;
}

/**
 * What becomes of an instance by one input. Pure; the instance given is not changed. On one event: goal before exit rule
 * before step (R17). An input that concerns nothing leaves effects and trace empty.
 */
export function decide(
  journey: CompiledJourney,
  instance: Instance,
  input: Input,
  surroundings: Surroundings,
): Decision {
  const run = new Run(journey, instance, surroundings, completedAt(instance, input, surroundings));
  switch (input.type) {
    case 'timer':
      fireTimers(run);
      break;
    case 'event':
      takeEvent(run, input.event);
      break;
    case 'called':
      takeCalled(run, input);
      break;
    case 'end':
      if (instance.status === 'active') end(run, input.reason, { goal: false });
      break;
    case 'thaw':
      if (instance.status === 'active') thaw(run, input);
      break;
    case 'migrate':
      if (instance.status === 'active') migrate(run, input);
  }
  return { instance: run.instance, effects: run.effects, trace: run.trace, changed: run.changed };
}

/** When the step is completed that the instance is at, should the input move it: by the clock of whatever completes it. */
function completedAt({ stepEnteredAt, timers }: Instance, input: Input, { now }: Surroundings): EpochMs {
  if (input.type === 'event') return Math.max(Date.parse(input.event.timestamp), Date.parse(stepEnteredAt));
  return input.type === 'timer' ? Math.min(timers.step ?? now, now) : now;
}

function takeCalled(run: JourneyRun, { stepId, visit, called }: Extract<Input, { type: 'called' }>): void {
  if (run.instance.status === 'ended' || run.instance.step !== stepId || run.visit !== visit) return;
  const { onCalled } = currentStep(run);
  if (onCalled) follow(run, onCalled(run, called));
}

function takeEvent(run: JourneyRun, event: CustomerEvent): void {
  rememberAnswer(run, event);
  if (takeGoal(run, event) || run.instance.status === 'ended') return;
  if (takeExit(run, event)) return;
  const step = currentStep(run);
  if (step.onEvent) follow(run, step.onEvent(run, event));
}

/** R18: a goal reached after the end, while its window is open, converts and changes nothing else. */
function takeGoal(run: JourneyRun, event: CustomerEvent): boolean {
  const { goal } = run.journey;
  if (!goal || goal.event !== event.name) return false;
  const scope = { ...run.scope, event: seenEvent(event) };
  const tested = goal.where?.test(scope);
  if (tested && !tested.result) return false;
  const value = amountOf(goal.value?.evaluate(scope).value);
  if (run.instance.status === 'ended' && run.instance.timers.conversion === undefined) return false;
  convert(run, value);
  if (run.instance.status === 'ended') return true;
  run.moveBy(seenEvent(event));
  run.say({ what: 'interrupted', by: 'goal', event: event.name, tested });
  end(run, 'goal', { goal: false });
  return true;
}

/** R15: an interrupt, whatever the step is waiting for. */
function takeExit(run: JourneyRun, event: CustomerEvent): boolean {
  const scope = { ...run.scope, event: seenEvent(event) };
  for (const exit of run.journey.exits) {
    if (exit.event !== undefined && exit.event !== event.name) continue;
    const tested = exit.condition?.test(scope);
    if (tested && !tested.result) continue;
    run.moveBy(seenEvent(event));
    run.say({ what: 'interrupted', by: exit.id, event: event.name, tested });
    end(run, exit.id, { goal: false });
    return true;
  }
  return false;
}

function fireTimers(run: JourneyRun): void {
  const { timers } = run.instance;
  if ((timers.conversion ?? Infinity) <= run.now) {
    run.clearTimer('conversion');
    run.touch();
  }
  if (run.instance.status === 'ended') return;
  const step = timers.step ?? Infinity;
  const lifetime = timers.lifetime ?? Infinity;
  if (lifetime <= run.now && lifetime <= step) return end(run, 'MAX_LIFETIME', { goal: false });
  if (step > run.now) return;
  run.clearTimer('step');
  const { onTimer } = currentStep(run);
  if (onTimer) follow(run, onTimer(run));
}
