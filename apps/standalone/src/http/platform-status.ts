import { unsetVariables } from '@waymark/action-dispatch-service';
import type { ServiceName } from '@waymark/contracts';
import { classified } from '@waymark/postgres';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';
import { partitionStatuses, type PartitionStatus } from '../partition-status.js';

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
  const { processors, log, database, clock, ingestion, group, dispatch, secrets } = platform;
  const { rows } = await classified(() => database.pool.query<{ server_version: string }>('show server_version'));
  return {
    version: VERSION,
    now: new Date(clock.now()).toISOString(),
    ownClock: clock instanceof HeldClock,
    postgres: rows[0]?.server_version ?? 'unknown',
    revision: (await ingestion.workspace.current()).revision,
    partitions: await partitionStatuses(processors, log),
    stopped: group.stopped.map(({ service, partition, error }) => ({
      service,
      partition,
      error: (error as Error).message,
    })),
    mismatches: await ingestion.customers.mismatches(),
    unset: unsetVariables(dispatch.channels(), secrets),
  };
}
