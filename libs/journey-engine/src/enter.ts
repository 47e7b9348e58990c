import type { CustomerEvent, EpochMs, InstanceId, JourneyControl } from '@waymark/contracts';
import {
  addDuration,
  consentStatus,
  type CustomerContext,
  isDenied,
  negative,
  parseDuration,
  type Tested,
  zoneOf,
  zoneOrUtc,
} from '@waymark/customer-context';
import type { CompiledJourney } from './compile-journey.js';
import type { Decision } from './decide.js';
import { follow } from './flow.js';
import type { Instance } from './instance.js';
import { Run, type Surroundings } from './run.js';
import { entryEvent } from './seen-event.js';
import type { Trace } from './trace.js';

/** A correlation key is an id of something, not a document. */
const KEY_CHARS_MAX = 500;

/** R3: why somebody did not enter. */
export type RefusalReason =
  | 'ALREADY_ACTIVE'
  | 'REENTRY_NEVER'
  | 'REENTRY_WINDOW'
  | 'MAX_CONCURRENT'
  | 'NOT_ELIGIBLE'
  | 'CONSENT'
  | 'JOURNEY_CLOSED'
  | 'JOURNEY_PAUSED'
  | 'ENTRY_CAP';

/** What is known of earlier instances of one journey, customer and correlation key (R2: it outlives the instances). */
export interface EntryLedger {
  /** How many have entered so far. */
  entries: number;
  active: number;
  /** R61: how many of the entries were made by those who turned out to be her, under which ids. */
  others?: Record<string, number>;
  /** R61: how many were active when she turned out to be another, and have not come back since that was undone. */
  away?: number;
  /** The newest ordinal given, where it is not the number of entries: she has parted from others. */
  ordinal?: number;
  /** ISO 8601. */
  lastEntryAt?: string | undefined;
  lastExitAt?: string | undefined;
}

/** The ordinal of her newest instance (R1). */
export function newestOrdinal({ ordinal, entries }: EntryLedger): number {
  return ordinal ?? entries;
}

/** What is known at a journey's door: of this customer and key, and of everybody. */
export interface Door {
  ledger: EntryLedger;
  /** How many have entered within the window of the journey's cap; 0 where it has none. */
  taken: number;
  /** What people in charge say of the journey. */
  state: JourneyControl['state'];
}

export const NO_ENTRIES: EntryLedger = { entries: 0, active: 0 };

export type Entry =
  ({ entered: true } & Decision) | { entered: false; reason: RefusalReason; correlationKey: string; trace: Trace[] };

/** The instance's correlation key (R1): empty without `correlate`; undefined when the event lacks what it asks for. */
export function correlationKey(
  journey: CompiledJourney,
  event: CustomerEvent,
  { context, now }: Surroundings,
): string | undefined {
  const { correlate } = journey.entry;
  if (!correlate) return '';
  const seen = entryEvent(event);
  const { value } = correlate.evaluate({ customer: context, event: seen, entry: seen, steps: {}, now });
  const key = typeof value === 'object' ? JSON.stringify(value) : value === undefined ? undefined : String(value);
  return key === undefined || key === 'null' || key.includes('\u0000') || key.length > KEY_CHARS_MAX ? undefined : key;
}

/** Since when entries count under a journey's cap, excluded; undefined where it has none. */
export function capSince({ entry: { cap } }: CompiledJourney, now: EpochMs): EpochMs | undefined {
  return cap && addDuration(now, negative(cap.window), 'UTC');
}

/** The gates of R5 in their order (consent, condition, re-entry, whether the journey is open, entry cap), and if all are open, the first steps. */
export function enter(
  journey: CompiledJourney,
  event: CustomerEvent,
  { ledger, taken, state }: Door,
  surroundings: Surroundings,
): Entry {
  const key = correlationKey(journey, event, surroundings);
  const refuse = (reason: RefusalReason, detail: string, tested?: Tested): Entry => ({
    entered: false,
    reason,
    correlationKey: key ?? '',
    trace: [{ at: new Date(surroundings.now).toISOString(), what: 'refused', reason, detail, tested }],
  });
  if (isDeniedEverywhere(journey, surroundings.context))
    return refuse('CONSENT', 'every channel of the journey is denied');
  const seen = entryEvent(event);
  const tested = journey.entry.where?.test({
    customer: surroundings.context,
    event: seen,
    entry: seen,
    steps: {},
    now: surroundings.now,
  });
  if (tested && !tested.result) return refuse('NOT_ELIGIBLE', 'the entry condition does not hold', tested);
  if (key === undefined) return refuse('NOT_ELIGIBLE', `the event has no value for ${journey.entry.correlate!.source}`);
  const refusal = reentryRefusal(journey, ledger, surroundings);
  if (refusal) return refuse(...refusal);
  if (state === 'closed') return refuse('JOURNEY_CLOSED', 'the journey takes nobody in any more');
  if (state === 'paused') return refuse('JOURNEY_PAUSED', 'the journey is paused');
  const { cap } = journey.entry;
  if (cap && taken >= cap.limit) return refuse('ENTRY_CAP', `${taken} of ${cap.limit} have entered within the window`);
  return admit(journey, event, { ledger, key, tested }, surroundings);
}

/** R5: refuses only when every channel the journey can use is denied; what is unknown is settled at hand-over. */
function isDeniedEverywhere({ channels, policy }: CompiledJourney, context: CustomerContext): boolean {
  if (!channels || channels.size === 0) return false;
  return [...channels].every((channel) => isDenied(consentStatus(context, channel, policy.class)));
}

/** R1: whether a journey lets one in only while no other is active. */
function isExclusive({ entry: { reentry } }: CompiledJourney): boolean {
  return typeof reentry === 'string' || !('always' in reentry);
}

/** R2, R3. */
function reentryRefusal(
  journey: CompiledJourney,
  ledger: EntryLedger,
  { now, context }: Surroundings,
): [RefusalReason, string] | undefined {
  const { reentry } = journey.entry;
  const active = ledger.active + (ledger.away ?? 0);
  if (typeof reentry === 'object' && 'always' in reentry) {
    const { maxConcurrent } = reentry.always;
    if (active < maxConcurrent) return undefined;
    return maxConcurrent === 1
      ? ['ALREADY_ACTIVE', 'one is active']
      : ['MAX_CONCURRENT', `${active} of ${maxConcurrent} are active`];
  }
  if (active > 0) return ['ALREADY_ACTIVE', 'one is active'];
  if (ledger.entries === 0) return undefined;
  if (reentry === 'never') return ['REENTRY_NEVER', `she was in it before, last on ${ledger.lastEntryAt}`];
  const { minInterval, from } = reentry.afterExit;
  const since = from === 'entry' ? ledger.lastEntryAt : ledger.lastExitAt;
  const again =
    since === undefined ? now : addDuration(Date.parse(since), parseDuration(minInterval), zoneOrUtc(zoneOf(context)));
  return again <= now ? undefined : ['REENTRY_WINDOW', `not before ${new Date(again).toISOString()}`];
}

function admit(
  journey: CompiledJourney,
  event: CustomerEvent,
  { ledger, key, tested }: { ledger: EntryLedger; key: string; tested: Tested | undefined },
  surroundings: Surroundings,
): Entry {
  const nowIso = new Date(surroundings.now).toISOString();
  const ordinal = newestOrdinal(ledger) + 1;
  const seen = entryEvent(event);
  const instance: Instance = {
    id: surroundings.hashId('instance', journey.id, event.customerId, key, String(ordinal)) as InstanceId,
    journeyId: journey.id,
    version: journey.version,
    customerId: event.customerId,
    correlationKey: key,
    ordinal,
    ...(isExclusive(journey) && { exclusive: true }),
    ...(Object.keys(journey.epochs).length > 0 && { epochs: journey.epochs }),
    status: 'active',
    step: journey.start,
    enteredAt: nowIso,
    stepEnteredAt: nowIso,
    visits: {},
    visitsTotal: 0,
    entry: seen,
    event: seen,
    steps: {},
    timers: {},
  };
  const run = new Run(journey, instance, surroundings, Date.parse(event.timestamp));
  const zone = run.zone(undefined);
  run.setTimer('lifetime', addDuration(run.now, journey.lifetime, zone));
  if (journey.goal?.window) run.setTimer('conversion', addDuration(run.now, journey.goal.window, zone));
  run.say({ what: 'entered', event: event.name, tested });
  follow(run, { next: journey.start });
  return { entered: true, instance: run.instance, effects: run.effects, trace: run.trace, changed: true };
}
