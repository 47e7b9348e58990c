import type { EpochMs } from '@waymark/contracts';
import { dueAtOf, type CompiledJourney, type CompiledStep, type Instance, type KeptBy } from '@waymark/journey-engine';
import type { Delivery, InstanceRow } from '@waymark/ports';
import type { Reason } from './reasons.js';

/** How late a timer may be, in milliseconds. */
const OVERDUE_MS = 60_000;
/** How long the news that something has ended may be on its way round the ring, in milliseconds. */
const NEWS_MS = 600_000;
/** How long a message may take of which action-dispatch knows nothing, in milliseconds; what it may be held comes on top. */
const UNHEARD_MS = 7 * 86_400_000;

/** What a rule must know beside the row. */
export interface Facts {
  now: EpochMs;
  /** The version that the instance is in; undefined when it is not kept. */
  journey: CompiledJourney | undefined;
  /** Whether the journey's timers stand still. */
  isFrozen: boolean;
  /** The message that the instance waits for, where action-dispatch knows of it. */
  delivery: Delivery | undefined;
  /** For how long messages of the journey may be held, in milliseconds. */
  holdMs: number;
}

/** Says what is wrong; undefined where nothing is. */
type Rule = (row: InstanceRow, facts: Facts) => string | undefined;

export type InstanceReason = Exclude<Reason, 'orphaned-entrants'>;

/** Whether an instance has what keeps it at a step. */
const HAS: Record<KeptBy, (instance: Instance) => boolean> = {
  pending: ({ pending }) => pending !== undefined,
  called: ({ called }) => called !== undefined,
  step: ({ timers }) => timers.step !== undefined,
  lifetime: ({ timers }) => timers.lifetime !== undefined,
};

/** What an instance may hold, and, where not every step has a use for it, what that must keep. The timer of a conversion window outlives the instance (R18). */
const HOLDINGS: readonly { what: string; by: KeptBy; onlyWhereItKeeps?: true }[] = [
  { what: 'a message asked for', by: 'pending', onlyWhereItKeeps: true },
  { what: 'a call', by: 'called', onlyWhereItKeeps: true },
  { what: "a step's timer", by: 'step' },
  { what: 'its lifetime', by: 'lifetime' },
];

/** A rule of active instances whose step is known. */
function atStep(
  rule: (instance: Instance, step: CompiledStep, facts: Facts, row: InstanceRow) => string | undefined,
): Rule {
  return (row, facts) => {
    const { instance } = row;
    const step = instance.status === 'active' ? facts.journey?.steps.get(instance.step) : undefined;
    return step && rule(instance, step, facts, row);
  };
}

/** Pure: an instance, what is stored beside it and what is known of its journey in, what is wrong out. */
export const RULES: Record<InstanceReason, Rule> = {
  'unknown-version': ({ instance: { status, version } }, { journey }) =>
    status === 'active' && !journey ? `its version ${version} is not kept` : undefined,

  'unknown-step': ({ instance: { status, version, step } }, { journey }) =>
    status === 'active' && journey && !journey.steps.has(step)
      ? `it is at the step "${step}", which version ${version} does not have`
      : undefined,

  overdue({ instance }, { now, isFrozen }) {
    const dueAt = dueAtOf(instance);
    if (dueAt === undefined || isFrozen || now - dueAt <= OVERDUE_MS) return undefined;
    return `something was due at ${iso(dueAt)} and has not happened`;
  },

  stuck: atStep((instance, { kind, keptBy = [] }) =>
    keptBy.some((by) => HAS[by](instance))
      ? undefined
      : `it is at the ${kind} "${instance.step}" and waits for nothing`,
  ),

  unanswered: atStep((instance, { keptBy }, { now, delivery, holdMs }) => {
    const { pending, step, stepEnteredAt } = instance;
    if (!pending || !keptBy?.includes('pending')) return undefined;
    const message = `the message ${pending.actionId} of the step "${step}"`;
    if (delivery) {
      const { state, settledAt } = delivery;
      const isNews = settledAt === undefined || now - settledAt <= NEWS_MS;
      return isNews ? undefined : `${message} is ${state} since ${iso(settledAt)}, and its outcome never came`;
    }
    const isUnheard = now - Date.parse(stepEnteredAt) > UNHEARD_MS + holdMs;
    return isUnheard ? `${message}, asked for at ${stepEnteredAt}, has never been heard of` : undefined;
  }),

  'lost-call': atStep(({ called: waitsFor }, { keptBy }, { now }, { called }) => {
    if (!waitsFor || !keptBy?.includes('called')) return undefined;
    if (!called) return `it waits for the instance ${waitsFor.instanceId}, which does not exist`;
    const isNews = called.status === 'active' || now - Date.parse(called.endedAt!) <= NEWS_MS;
    return isNews ? undefined : `it waits for the instance ${called.id}, which has ended at ${called.endedAt}`;
  }),

  'left-over'({ instance }, { journey }) {
    const isActive = instance.status === 'active';
    const step = isActive ? journey?.steps.get(instance.step) : undefined;
    if (isActive && !step) return undefined;
    const isOfUse = ({ by, onlyWhereItKeeps }: (typeof HOLDINGS)[number]): boolean =>
      step !== undefined && (!onlyWhereItKeeps || (step.keptBy?.includes(by) ?? false));
    const useless = HOLDINGS.filter((holding) => HAS[holding.by](instance) && !isOfUse(holding));
    if (useless.length === 0) return undefined;
    const state = step ? `at the ${step.kind} "${instance.step}"` : 'ended';
    return `it is ${state} and still holds ${useless.map(({ what }) => what).join(', ')}`;
  },

  columns({ instance, columns }) {
    const stored = { step: columns.step, active: columns.active, due_at: columns.dueAt };
    const meant = { step: instance.step, active: instance.status === 'active', due_at: dueAtOf(instance) };
    const wrong = (['step', 'active', 'due_at'] as const).filter((name) => stored[name] !== meant[name]);
    if (wrong.length === 0) return undefined;
    return wrong.map((name) => `${name} is ${stored[name]} and should be ${meant[name]}`).join(', ');
  },

  /** Told of the newest one only: there is one ledger for all instances of a journey, customer and key. */
  ledger({ instance, ledger, alike }) {
    if (instance.ordinal !== alike.newestOrdinal || ledger?.active === alike.active) return undefined;
    return ledger
      ? `the ledger says that ${ledger.active} are active, and ${alike.active} are`
      : 'there is no ledger of its entry';
  },
};

function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}
