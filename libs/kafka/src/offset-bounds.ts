import { WaymarkError } from '@waymark/contracts';
import type { Admin } from 'kafkajs';
import { whileUnsettled } from './while-unsettled.js';

/** The first offset of a partition that Kafka still has, and the one its next record will get. */
export interface Bounds {
  low: number;
  high: number;
}

/** The bounds of all partitions of a topic (its name in Kafka), as they are now. Rejects with LOG_UNAVAILABLE. */
export async function boundsOf(admin: Pick<Admin, 'fetchTopicOffsets'>, topic: string): Promise<Map<number, Bounds>> {
  const offsets = await whileUnsettled(() => admin.fetchTopicOffsets(topic));
  return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
}

/**
 * Where fetching has to begin for a reader who has processed everything below `offset`: there, or for one that has
 * processed nothing where the log begins. Throws LOG_MISMATCH when the log cannot be the one that was processed.
 */
export function beginningFor(offset: number, { low, high }: Bounds, place: string): number {
  if (offset > high)
    throw new WaymarkError(
      'LOG_MISMATCH',
      `${place} ends at offset ${high}, but everything below ${offset} was processed: the topic was deleted and made anew, Kafka has lost records, or these are other brokers or another topic prefix than before. Check KAFKA_BROKERS and KAFKA_TOPIC_PREFIX. If the topic is new indeed, stop the service, set next_offset of the partition in the service's progress table to ${low}, and start it again`,
    );
  if (offset < low && offset > 0)
    throw new WaymarkError(
      'LOG_MISMATCH',
      `${place} begins at offset ${low}, but ${offset} is the next to be processed: Kafka has deleted ${low - offset} records that were not processed, as the topic's retention says. Raise its retention.ms. To go on without these records, stop the service, set next_offset of the partition in the service's progress table to ${low}, and start it again`,
    );
  return Math.max(offset, low);
}
