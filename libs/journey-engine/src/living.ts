/** What changes under instances that are inside: versions (R22), and clocks that stood still (R26). */
import type { EpochMs, MigrationMap } from '@waymark/contracts';
import { addDuration, own } from '@waymark/customer-context';
import type { Epochs } from './epochs.js';
import { cancelPending, currentStep, end, follow, type JourneyRun } from './flow.js';

/** `fromKind` is the kind that the instance's step has in the version it leaves. */
export interface Migration {
  map: MigrationMap;
  fromKind: string;
  /** Of the splits of the version migrated to (R24). */
  epochs?: Epochs | undefined;
}

/** R26: puts off what the instance waits for by the time for which its clock stood still. */
export function thaw(run: JourneyRun, { from, to }: { from: EpochMs; to: EpochMs }): void {
  const { instance } = run;
  const { lifetime } = instance.timers;
  if (lifetime !== undefined) run.setTimer('lifetime', lifetime + standstill(from, to, instance.enteredAt));
  const frozenMs = standstill(from, to, instance.stepEnteredAt);
  if (frozenMs > 0) instance.frozenMs = run.frozenMs + frozenMs;
  run.touch();
  const { rearm } = currentStep(run);
  if (rearm) follow(run, rearm(run));
}

function standstill(from: EpochMs, to: EpochMs, since: string): number {
  return Math.max(0, to - Math.max(from, Date.parse(since)));
}

/**
 * R22: takes the instance to the version of `run.journey`, to the step that the map names for the one it is at. From a step of
 * the same kind it goes on with what it has: a wait counts from where it began, so that a shorter one that has passed already
 * moves now, and a message asked for is still waited for. From a step of another kind it arrives.
 */
export function migrate(run: JourneyRun, { map, fromKind, epochs }: Migration): void {
  const { instance, journey } = run;
  const { step: from } = instance;
  const to = own(map, from) ?? 'stay';
  if (instance.version === journey.version || to === 'stay') return;
  if (to === 'exit') return end(run, 'MIGRATED', { goal: false });
  instance.version = journey.version;
  delete instance.epochs;
  if (epochs) instance.epochs = epochs;
  run.say({ what: 'migrated', stepId: to, from, version: journey.version });
  openConversionWindow(run);
  if (journey.steps.get(to)?.kind !== fromKind) {
    cancelPending(run);
    delete instance.called;
    return follow(run, { next: to });
  }
  if (to !== from) {
    instance.step = to;
    instance.visits[to] = (instance.visits[to] ?? 0) + 1;
    instance.steps[to] = { ...instance.steps[from]! };
  }
  const { rearm } = currentStep(run);
  if (rearm) follow(run, rearm(run));
}

/** R18: a window that only the new version has begins at entry, as every window. */
function openConversionWindow(run: JourneyRun): void {
  const { goal } = run.journey;
  const { enteredAt, converted, timers } = run.instance;
  if (!goal?.window || converted || timers.conversion !== undefined) return;
  const until = addDuration(Date.parse(enteredAt), goal.window, run.zone(undefined));
  if (until > run.now) run.setTimer('conversion', until);
}
