import type { LogRecord, Topic } from '@waymark/contracts';

/** What one read of a partition gave; no records where only something is due. */
export interface RecordBatch {
  topic: Topic;
  partition: number;
  records: readonly LogRecord[];
}

/** Hands a batch to who processes it; resolves with whether there may be more at once. */
export type HandOver = (batch: RecordBatch) => Promise<boolean>;
