import { SERVICES, type ServiceName } from '@waymark/contracts';
import { Random } from './random.js';

export const FAULT_KINDS = [
  'kill',
  'term',
  'rebalance',
  'zombie',
  'stutter',
  'kafka-restart',
  'redis-flush',
  'redis-restart',
  'postgres-restart',
  'connections-cut',
  'commit-unanswered',
  'disk-full',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Faults of one service's processes, or of its tables; the others are of a server that all use. */
const OF_A_SERVICE: readonly FaultKind[] = ['kill', 'term', 'rebalance', 'zombie', 'stutter', 'disk-full'];

export interface PlannedFault {
  kind: FaultKind;
  /** What it hits, where that is one service's. */
  service?: ServiceName;
  replica: 0 | 1;
  /** Of a server: whether it ends at once, as by SIGKILL, or in good order. */
  abrupt: boolean;
  /** How many calls have been taken when it begins. */
  at: number;
}

export interface RoundPlan {
  seed: number;
  /** From 0. */
  round: number;
  /** Calls of the round. */
  calls: number;
  /** Faults of the round. */
  faults: number;
  only?: readonly FaultKind[] | undefined;
  /** The providers take every message at once: what is tried again waits for up to a minute where a wake-up is lost. */
  calm?: boolean;
}

/** Share of the calls before the first and after the last fault. */
const QUIET = 0.1;

type Case = Pick<PlannedFault, 'kind' | 'service'>;

/**
 * The faults of one round. All rounds of a seed together are one list, in which every kind comes for every service before
 * anything comes again.
 */
export function planFaults({ seed, round, calls, faults, only }: RoundPlan): PlannedFault[] {
  const cases = casesOf(only ?? FAULT_KINDS);
  if (cases.length === 0) return [];
  const random = new Random(seed * 1_000_003 + round);
  const planned = Array.from({ length: faults }, (_, i) => {
    const position = round * faults + i;
    const cycle = new Random(seed * 7_919 + Math.floor(position / cases.length)).shuffled(cases);
    const at = Math.floor(calls * (QUIET + (1 - 2 * QUIET) * random.unit()));
    return {
      ...cycle[position % cases.length]!,
      replica: random.pick([0, 1] as const),
      abrupt: random.chance(0.5),
      at,
    };
  });
  return planned.sort((a, b) => a.at - b.at);
}

/** Rounds after which every case has been. */
export function roundsOfACycle({ faults, only }: Pick<RoundPlan, 'faults' | 'only'>): number {
  return Math.ceil(casesOf(only ?? FAULT_KINDS).length / faults);
}

function casesOf(kinds: readonly FaultKind[]): Case[] {
  return kinds.flatMap((kind): Case[] =>
    OF_A_SERVICE.includes(kind) ? SERVICES.map((service) => ({ kind, service })) : [{ kind }],
  );
}
