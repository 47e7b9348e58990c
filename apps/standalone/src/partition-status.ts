import type { ServiceName, Topic } from '@waymark/contracts';
import type { PostgresEventLog } from '@waymark/embedded-log';

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

/** Of a processor, how far it has come. */
type Progress = Omit<PartitionStatus, 'topic' | 'lag'> & { source: Topic };

/** How far each service has come in each partition of this process. */
export async function partitionStatuses(
  processors: readonly Progress[],
  log: Pick<PostgresEventLog, 'endOffsets'>,
): Promise<PartitionStatus[]> {
  const come = processors.map(({ service, partition, revision, source: topic, nextOffset }) => {
    return { service, topic, partition, nextOffset, revision };
  });
  const endOf = await log.endOffsets();
  return come.map((at) => ({ ...at, lag: endOf(at) - at.nextOffset }));
}
