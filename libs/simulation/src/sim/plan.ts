import { SERVICES, type EpochMs } from '@waymark/contracts';
import { planInputs, type Input } from './plan-inputs.js';
import { Random } from './random.js';
import type { ProcessPlan } from './sim-process.js';

/** How often each kind of fault is, from 0 to 1: of calls, but for `handling`, which is of messages to providers. */
export interface Weather {
  /** A call fails, without effect. */
  fails: number;
  /** A call has its effect and fails for its caller. */
  unheard: number;
  /** A producer that did not hear the answer appends once more. */
  doubled: number;
  /** An append breaks off in the middle. */
  torn: number;
  /** A call waits, while everything else goes on. */
  slow: number;
  /** A process dies at a call: before it, after it, in the middle of it. */
  dies: number;
  /** Of processes that die: how many are not started again before everything heals. */
  staysDead: number;
  /** How many take all processes of their kind with them. */
  outage: number;
  /** A process stands still before a call, and others take its partitions over. */
  stands: number;
  /** Another process takes a partition of the caller over, and she does not know yet. */
  overlap: number;
  /** A partition changes its owner in good order. */
  moves: number;
  /** A process ends in good order (SIGTERM). */
  retires: number;
  /** The shared hot context forgets everything. */
  flush: number;
  /** A clock is set anew. */
  clock: number;
  /** A provider refuses, or is not heard. */
  handling: number;
  /** Time passes between two calls. */
  drift: number;
}

/** Everything that a seed fixes before its world begins. */
export interface Plan {
  seed: number;
  start: EpochMs;
  partitions: number;
  batchMax: number;
  transactional: boolean;
  sharedHot: boolean;
  processes: readonly ProcessPlan[];
  /** Which workspace; see `workspaceOf`. */
  workspace: number;
  /** When its second edition is applied, in milliseconds from the start; never when undefined. */
  editedAfterMs: number | undefined;
  /** Who is known by name from the beginning. */
  customers: readonly string[];
  inputs: readonly Input[];
  weather: Weather;
  /** Faults end so many milliseconds after the start; then everything heals. */
  faultsMs: number;
}

const DAY = Date.parse('2026-05-04T00:00:00Z');
const CUSTOMERS = ['ada', 'bob'];
const HOUR_MS = 3_600_000;
export const SKEW_MS_MAX = 5_000;
const REPLICAS_MAX = 3;

export function planOf(seed: number): Plan {
  const random = new Random(`plan ${seed}`);
  const alone = random.chance(0.2);
  const faultsMs = random.between(30, 180) * 60_000;
  const start = DAY + random.between(0, 23) * HOUR_MS;
  const customers = CUSTOMERS.slice(0, random.pick([1, 1, 1, 2, 2]));
  return {
    seed,
    start,
    partitions: random.pick([1, 1, 2]),
    batchMax: random.pick([1, 2, 5, 20]),
    transactional: alone && random.chance(0.7),
    sharedHot: !alone && random.chance(0.7),
    processes: alone ? [everything(random, 'all', true)] : cluster(random),
    workspace: random.between(0, 1_000_000),
    editedAfterMs: random.chance(0.3) ? random.between(0, faultsMs) : undefined,
    customers,
    inputs: planInputs(random.fork('inputs'), { customers, start, ms: faultsMs }),
    weather: weatherOf(random.fork('weather')),
    faultsMs,
  };
}

/** A deployment for each service, or a few processes that host all of them. */
function cluster(random: Random): ProcessPlan[] {
  const replicas = (): number[] => Array.from({ length: random.between(1, REPLICAS_MAX) }, (_, i) => i);
  if (random.chance(0.25)) return replicas().map((i) => everything(random, `all-${i}`, false));
  return SERVICES.flatMap((service) =>
    replicas().map((i) => ({ name: `${service}-${i}`, services: [service], skewMs: skew(random), ownHot: false })),
  );
}

function everything(random: Random, name: string, ownHot: boolean): ProcessPlan {
  return { name, services: SERVICES, skewMs: skew(random), ownHot };
}

function skew(random: Random): number {
  return random.chance(0.5) ? 0 : random.between(-SKEW_MS_MAX, SKEW_MS_MAX);
}

/** Each seed has some kinds of faults and not others, so that none hides behind another. */
function weatherOf(random: Random): Weather {
  const some = (probability: number, most: number): number => (random.chance(probability) ? most * random.unit() : 0);
  return {
    fails: some(0.5, 0.03),
    unheard: some(0.6, 0.03),
    doubled: some(0.3, 0.1),
    torn: some(0.5, 0.1),
    slow: some(0.5, 0.05),
    dies: some(0.7, 0.02),
    staysDead: some(0.5, 0.6),
    outage: some(0.4, 0.5),
    stands: some(0.5, 0.01),
    overlap: some(0.5, 0.02),
    moves: some(0.5, 0.02),
    retires: some(0.3, 0.005),
    flush: some(0.4, 0.01),
    clock: some(0.3, 0.005),
    handling: some(0.6, 0.5),
    drift: some(0.8, 0.3),
  };
}
