import { setTimeout as pause } from 'node:timers/promises';
import type { FaultKind, PlannedFault } from '../plan-faults.js';
import { flushRedis } from '../servers/flush-redis.js';
import { cutConnections } from './cut-connections.js';
import { fillDisk } from './fill-disk.js';
import { untilTakenOver, victimOf } from './owned.js';
import type { Scene } from './scene.js';

/** Connections that are cut at their commit by one fault. */
const COMMITS_CUT = 5;
/** How often, and for how many milliseconds, a process stands still that stutters; far shorter than a session. */
const STALLS = 25;
const STALL_MS = 300;

type Inject = (scene: Scene, fault: PlannedFault) => Promise<string>;

/** What happens. Each resolves with what it has hit, when that has come up again. */
export const HAPPEN: Record<FaultKind, Inject> = {
  kill: (scene, fault) => endAndStart(scene, fault, 'SIGKILL'),
  term: (scene, fault) => endAndStart(scene, fault, 'SIGTERM'),

  /** A third replica comes, takes its share, and goes. */
  async rebalance(scene, { service, abrupt }) {
    const third = scene.cluster.add(service!);
    await third.start();
    await third.end(abrupt ? 'SIGKILL' : 'SIGTERM');
    await untilTakenOver(scene, service!);
    return third.name;
  },

  /** It stands still until others have taken its partitions, and goes on as if they were its own. */
  async zombie(scene, { service, replica }) {
    const victim = victimOf(scene, service!, replica);
    victim.freeze();
    try {
      await untilTakenOver(scene, service!);
    } finally {
      victim.thaw();
    }
    return victim.name;
  },

  /** It gets no processor for a moment, again and again, as behind a limit or on a machine that is full. */
  async stutter(scene, { service, replica }) {
    const victim = victimOf(scene, service!, replica);
    for (let stalls = 0; stalls < STALLS; stalls += 1) {
      victim.freeze();
      await pause(STALL_MS);
      victim.thaw();
      await pause(STALL_MS / 4);
    }
    return victim.name;
  },

  'kafka-restart': (scene, { abrupt }) => restart(scene, 'kafka', abrupt),
  'redis-restart': (scene, { abrupt }) => restart(scene, 'redis', abrupt),
  'postgres-restart': (scene, { abrupt }) => restart(scene, 'postgres', abrupt),

  async 'redis-flush'({ servers }) {
    await flushRedis(servers.redis.address);
    return 'redis';
  },

  async 'connections-cut'({ databaseUrl }) {
    await cutConnections(databaseUrl);
    return 'postgres';
  },

  async 'commit-unanswered'({ proxy }) {
    await proxy.cutAtCommit(COMMITS_CUT);
    return 'postgres';
  },

  async 'disk-full'({ databaseUrl }, { service }) {
    await fillDisk(databaseUrl, service!);
    return `the outbox of ${service}`;
  },
};

async function endAndStart(scene: Scene, fault: PlannedFault, signal: 'SIGTERM' | 'SIGKILL'): Promise<string> {
  const victim = victimOf(scene, fault.service!, fault.replica);
  await victim.end(signal);
  await victim.start();
  return victim.name;
}

async function restart({ servers }: Scene, name: keyof Scene['servers'], abrupt: boolean): Promise<string> {
  await servers[name].stop(abrupt ? 'SIGKILL' : 'SIGTERM');
  await servers[name].start();
  return name;
}
