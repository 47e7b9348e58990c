import type { ServiceName } from '@waymark/contracts';
import { SERVICES } from '@waymark/contracts';
import type { Cluster } from '../cluster/cluster.js';
import type { ServiceProcess } from '../cluster/service-process.js';
import { until } from '../until.js';
import type { Scene } from './scene.js';

/** Until the group has noticed, in milliseconds: a session of ten seconds, its rebalancing, and a machine that is busy. */
const OWNED_MS_MAX = 120_000;

/** Resolves when every partition of a service is some running replica's, as far as these were told. */
export async function untilTakenOver({ cluster, partitions }: Scene, service: ServiceName): Promise<void> {
  await until(`the other replicas of ${service} to own its partitions`, OWNED_MS_MAX, () => {
    const owned = ownedBy(cluster.of(service).filter(({ url }) => url !== undefined));
    return new Set(owned).size === partitions;
  });
}

/** Resolves when every partition of every service is exactly one running replica's. */
export async function untilOwned({ cluster, partitions }: Scene): Promise<void> {
  await until('every partition to have one owner', OWNED_MS_MAX, () =>
    SERVICES.every((service) => isSettled(cluster, service, partitions)),
  );
}

function isSettled(cluster: Cluster, service: ServiceName, partitions: number): boolean {
  const owned = ownedBy(cluster.of(service).filter(({ url }) => url !== undefined));
  return owned.length === partitions && new Set(owned).size === partitions;
}

function ownedBy(processes: readonly ServiceProcess[]): number[] {
  return processes.flatMap((process) => process.partitions);
}

/** The replica that is meant, or the other when that one owns nothing: what happens to it would be seen by nobody. */
export function victimOf({ cluster }: Scene, service: ServiceName, replica: 0 | 1): ServiceProcess {
  const [a, b] = cluster.of(service) as [ServiceProcess, ServiceProcess];
  const [meant, other] = replica === 0 ? [a, b] : [b, a];
  return meant.partitions.length === 0 && other.partitions.length > 0 ? other : meant;
}
