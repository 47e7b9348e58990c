import { unsetVariables } from '@waymark/action-dispatch-service';
import type { ServiceName, Topic } from '@waymark/contracts';
import { classified } from '@waymark/postgres';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';

/** How far one service has come in one partition. */
export interface PartitionStatus {
  service: ServiceName;
  topic: Topic;
  partition: number;
  nextOffset: number;
  lag: number;
  /** Workspace revision in use. */
  revision: number;
}

export interface PlatformStatus {
  version: string;
  /** ISO 8601, of the platform's clock. */
  now: string;
  /** Whether that clock is one of its own (`WAYMARK_CLOCK_START`) and not the machine's. */
  ownClock: boolean;
  postgres: string;
  /** The workspace revision applied last; every partition should use it. */
  revision: number;
  partitions: PartitionStatus[];
  stopped: { service: ServiceName; partition: number; error: string }[];
  mismatches: number;
  /** Environment variables that the channels in use refer to and that they cannot find, sorted. */
  unset: string[];
}

export const VERSION = '0.1.0';

export async function platformStatus(platform: Platform): Promise<PlatformStatus> {
  const { database, clock, ingestion, group, dispatch, secrets } = platform;
  const { rows } = await classified(() => database.pool.query<{ server_version: string }>('show server_version'));
  return {
    version: VERSION,
    now: new Date(clock.now()).toISOString(),
    ownClock: clock instanceof HeldClock,
    postgres: rows[0]?.server_version ?? 'unknown',
    revision: (await ingestion.workspace.current()).revision,
    partitions: await partitionStatuses(platform),
    stopped: group.stopped.map(({ service, partition, error }) => ({
      service,
      partition,
      error: (error as Error).message,
    })),
    mismatches: await ingestion.customers.mismatches(),
    unset: unsetVariables(dispatch.channels(), secrets),
  };
}

/** How far each service has come in each partition of this process. */
export async function partitionStatuses({
  processors,
  log,
}: Pick<Platform, 'processors' | 'log'>): Promise<PartitionStatus[]> {
  const come = processors.map(({ service, partition, revision, source: topic, nextOffset }) => {
    return { service, topic, partition, nextOffset, revision };
  });
  const endOf = await log.endOffsets();
  return come.map((at) => ({ ...at, lag: endOf(at) - at.nextOffset }));
}
