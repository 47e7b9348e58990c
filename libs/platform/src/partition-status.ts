import { SERVICES, TOPICS, type ServiceName, type Topic } from '@waymark/contracts';
import { z } from 'zod';
import type { PlatformLog } from './adapters/opened-log.js';

/** How far one service has come in one partition. */
export const partitionStatusSchema = z.object({
  service: z.enum(SERVICES),
  topic: z.enum(TOPICS),
  partition: z.number().int(),
  nextOffset: z.number().int(),
  lag: z.number().int(),
  revision: z.number().int().describe('workspace revision in use'),
});
export type PartitionStatus = z.infer<typeof partitionStatusSchema>;

/** Of a processor, or of what is stored, how far it has come. */
type Progress = Omit<PartitionStatus, 'topic' | 'lag'> & { source: Topic };

/** How far behind the log's ends each of these is. */
export async function partitionStatuses(
  progress: readonly Progress[],
  log: Pick<PlatformLog, 'endOffsets'>,
): Promise<PartitionStatus[]> {
  const come = progress.map(({ service, partition, revision, source: topic, nextOffset }) => {
    return { service, topic, partition, nextOffset, revision };
  });
  const endOf = await log.endOffsets();
  return come.map((at) => ({ ...at, lag: endOf(at) - at.nextOffset }));
}

/** The services and what each reads are in ring order. */
export function sourceOf(service: ServiceName): Topic {
  return TOPICS[SERVICES.indexOf(service)]!;
}
