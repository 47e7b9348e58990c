import type { Batch } from 'kafkajs';

/** The offset that was asked for when the batch was fetched: kafkajs has it on a batch, and not in its types. */
export function fetchedOffsetOf(batch: Batch): number {
  return Number((batch as Batch & { fetchedOffset: string }).fetchedOffset);
}
