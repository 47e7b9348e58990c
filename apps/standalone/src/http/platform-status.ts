import type { ServiceName, Topic } from '@waymark/contracts';
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
}

export const VERSION = '0.1.0';

export async function platformStatus({
  processors,
  log,
  database,
  clock,
  ingestion,
  group,
}: Platform): Promise<PlatformStatus> {
  const { rows } = await database.pool.query<{ server_version: string }>('show server_version');
  const partitions = processors.map(async (processor): Promise<PartitionStatus> => {
    const { service, partition, revision, source, nextOffset } = processor;
    const end = await log.endOffset({ topic: source, partition });
    return { service, topic: source, partition, nextOffset, lag: end - nextOffset, revision };
  });
  return {
    version: VERSION,
    now: new Date(clock.now()).toISOString(),
    ownClock: clock instanceof HeldClock,
    postgres: rows[0]?.server_version ?? 'unknown',
    revision: (await ingestion.workspace.current()).revision,
    partitions: await Promise.all(partitions),
    stopped: group.stopped.map(({ service, partition, error }) => ({
      service,
      partition,
      error: (error as Error).message,
    })),
    mismatches: await ingestion.customers.mismatches(),
  };
}
