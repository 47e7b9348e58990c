import { SERVICES, WaymarkError } from '@waymark/contracts';
import { NO_OBSERVER, type StreamObserver } from '@waymark/stream';
import { Chronicle } from './chronicle.js';
import { Clients } from './clients.js';
import { Cluster } from './cluster.js';
import { FaultCounts } from './fault-counts.js';
import { FaultFates } from './fault-fates.js';
import { createGround, type Ground } from './ground.js';
import type { Plan } from './plan.js';
import { Random } from './random.js';
import { RoutedJobs } from './routed-jobs.js';
import type { ProcessPlan } from './sim-process.js';
import { Trace } from './trace.js';
import { Turnstile } from './turnstile.js';
import { checkSimWorkspace, workspaceOf } from './workspaces.js';
import { WorldTime } from './world-time.js';

const CALM_BATCH_MAX = 100;

/** Replaces a part of the ground by a broken one, to see that it is found. */
export type Sabotage = (ground: Ground) => Ground;

export interface WorldOptions {
  /** One process, no faults, nothing skewed, everything in its order. */
  isCalm?: boolean;
  sabotage?: Sabotage | undefined;
}

/** One run of a plan: everything that lives in it. */
export interface World {
  plan: Plan;
  isCalm: boolean;
  time: WorldTime;
  trace: Trace;
  /** Draws how time passes. */
  random: Random;
  faults: FaultCounts;
  turnstile: Turnstile;
  ground: Ground;
  chronicle: Chronicle;
  fates: FaultFates;
  cluster: Cluster;
  clients: Clients;
}

const CALM_PROCESS: ProcessPlan = { name: 'calm', services: SERVICES, skewMs: 0, ownHot: true };

export function createWorld(plan: Plan, { isCalm = false, sabotage = (ground) => ground }: WorldOptions): World {
  const all = new Random(`run ${plan.seed}`);
  const time = new WorldTime(plan.start);
  const trace = new Trace(time);
  const faults = new FaultCounts();
  const { partitions, transactional, sharedHot, weather, workspace } = plan;
  const ground = sabotage(createGround({ time, partitions, transactional: isCalm || transactional, sharedHot }));
  const turnstile = new Turnstile({ time, trace, random: isCalm ? undefined : all.fork('order') });
  const { quietHours } = workspaceOf(workspace);
  const chronicle = new Chronicle({ time, quietHours, isContested: (place) => cluster.isContested(place) });
  const fates = new FaultFates({ weather, random: all.fork('faults'), faults, ground, chronicle });
  const cluster: Cluster = new Cluster({
    around: {
      ...{ time, ground, turnstile, chronicle },
      jobs: new RoutedJobs(ground.jobs, time, all.fork('jobs')),
      random: all.fork('torn'),
      check: checkSimWorkspace,
      batchMax: isCalm ? CALM_BATCH_MAX : plan.batchMax,
      handlingOf: (message) => (isCalm ? 'takes' : fates.handlingOf(message)),
      observer: fencedCounter(faults),
    },
    ...{ trace, faults },
    random: all.fork('cluster'),
    plans: isCalm ? [CALM_PROCESS] : plan.processes,
  });
  fates.cluster = cluster;
  const clients = new Clients({ time, trace, cluster, ground, chronicle, random: all.fork('clients') });
  const random = all.fork('time');
  return { plan, isCalm, time, trace, random, faults, turnstile, ground, chronicle, fates, cluster, clients };
}

function fencedCounter(faults: FaultCounts): StreamObserver {
  return {
    ...NO_OBSERVER,
    failure: ({ error }) => {
      if (error instanceof WaymarkError && error.code === 'FENCED') faults.add('owner fenced');
    },
  };
}
