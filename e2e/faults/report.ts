import { CRIMES, isClean, type Verdict } from './ledger/judge.js';
import type { Ledger } from './ledger/ledger.js';
import type { RoundPlan } from './plan-faults.js';
import type { RoundResult } from './run-round.js';

/** Of each kind of finding, as many are shown. */
const SHOWN_MAX = 10;

/** What is counted over rounds. */
export interface Totals {
  rounds: number;
  dirty: number;
  crimes: Record<string, number>;
  faults: Record<string, number>;
  events: number;
  sendings: number;
  messages: number;
  repeated: number;
  unknown: number;
  errors: number;
  seconds: number;
}

export const NO_TOTALS: Totals = {
  rounds: 0,
  dirty: 0,
  crimes: Object.fromEntries(CRIMES.map((crime) => [crime, 0])),
  faults: {},
  events: 0,
  sendings: 0,
  messages: 0,
  repeated: 0,
  unknown: 0,
  errors: 0,
  seconds: 0,
};

export function plus(totals: Totals, { verdict, ledger, errors, seconds }: RoundResult): Totals {
  const crimes = Object.fromEntries(
    CRIMES.map((crime) => [crime, totals.crimes[crime]! + verdict.crimes[crime].length]),
  );
  const faults = { ...totals.faults };
  for (const { kind } of ledger.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    rounds: totals.rounds + 1,
    dirty: totals.dirty + (isClean(verdict) ? 0 : 1),
    crimes,
    faults,
    events: totals.events + ledger.accepted,
    sendings: totals.sendings + sendingsOf(ledger),
    messages: totals.messages + ledger.received.length - verdict.repeated,
    repeated: totals.repeated + verdict.repeated,
    unknown: totals.unknown + verdict.unknown.length,
    errors: totals.errors + errors.length,
    seconds: totals.seconds + seconds.up + seconds.load + seconds.rest,
  };
}

/** One round for people: a few lines when all is well, and what was found when it is not. */
export function roundText(plan: RoundPlan, { verdict, ledger, errors, seconds }: RoundResult): string {
  const faults = ledger.faults.map(({ kind, target, startedAt, healedAt }) => {
    return `${kind} ${target} (${((healedAt - startedAt) / 1_000).toFixed(1)} s)`;
  });
  return [
    `round ${plan.round}: ${isClean(verdict) ? 'clean' : 'NOT CLEAN'}; up in ${whole(seconds.up)}, load and faults ${whole(seconds.load)}, rest and verdict ${whole(seconds.rest)}`,
    `  faults: ${faults.join(', ') || 'none'}`,
    `  ${ledger.accepted} events in (${sendingsOf(ledger)} sendings), ${ledger.received.length - verdict.repeated} messages out, ` +
      `${verdict.repeated} repeated with their key, ${verdict.unknown.length} unknown and explained, timers at most ${verdict.timerLateMs} ms late`,
    ...(errors.length > 0 ? [`  ${errors.length} lines of level error in the logs; the first: ${errors[0]}`] : []),
    ...findings(verdict),
  ].join('\n');
}

export function totalsText(totals: Totals): string {
  const crimes = CRIMES.map((crime) => `${crime} ${totals.crimes[crime]}`);
  const faults = Object.entries(totals.faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${totals.rounds} rounds in ${totals.seconds.toFixed(0)} s, ${totals.dirty} not clean`,
    `faults: ${faults.join(', ') || 'none'}`,
    `${totals.events} events in (${totals.sendings} sendings), ${totals.messages} messages out, ${totals.repeated} repeated with their key, ${totals.unknown} unknown and explained`,
    `verdict: ${crimes.join(', ')}`,
  ].join('\n');
}

function findings({ crimes }: Verdict): string[] {
  return CRIMES.filter((crime) => crimes[crime].length > 0).flatMap((crime) => [
    `  ${crime}: ${crimes[crime].length}`,
    ...crimes[crime].slice(0, SHOWN_MAX).map((what) => `    ${what}`),
  ]);
}

function whole(seconds: number): string {
  return `${seconds.toFixed(0)} s`;
}

function sendingsOf({ sent }: Ledger): number {
  return [...sent.values()].reduce((sum, { times }) => sum + times, 0);
}
