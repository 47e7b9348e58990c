import { partitionFor, WaymarkError, type NewRecord } from '@waymark/contracts';

/** The partition of a log that a record goes to. Throws DEFECT for one that does not exist: it would be lost there. */
export function placeOf(record: NewRecord, partitions: number): number {
  const partition = partitionFor(record, partitions);
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return partition;
  throw new WaymarkError('DEFECT', `${record.topic} has no partition ${partition}, only 0 to ${partitions - 1}`);
}
