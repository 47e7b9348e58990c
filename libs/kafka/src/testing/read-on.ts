import type { LogRecord, Topic } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';

const NEVER = new AbortController().signal;

/** Reads a partition from `offset` on as a processor does, until there are `count` records. */
export async function readOn(
  log: EventLog,
  { topic, partition, offset = 0, count, max = 500 }: From,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  let next = offset;
  while (records.length < count) {
    const read = await log.read({ topic, partition, offset: next, max });
    records.push(...read);
    next = (read.at(-1)?.offset ?? next - 1) + 1;
    if (read.length === 0) await log.waitFor({ topic, partition, offset: next }, NEVER);
  }
  return records;
}

interface From {
  topic: Topic;
  partition: number;
  offset?: number;
  count: number;
  max?: number;
}
