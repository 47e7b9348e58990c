import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord, Topic } from '@waymark/contracts';
import type { Cluster } from '../cluster/cluster.js';
import { asReadOnce } from './as-read-once.js';

const PAGE = 1_000;

/**
 * Everything on a topic, partition by partition, as its readers take it. Every record, those published again among them, is
 * kept in a file of the folder, for whoever has to find out what happened.
 */
export async function readTopic(
  cluster: Cluster,
  topic: Topic,
  { partitions, folder }: { partitions: number; folder: string },
): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const read = await readPartition(cluster, topic, partition);
    for (const record of read) appendFileSync(join(folder, `${topic}.jsonl`), `${JSON.stringify(record)}\n`);
    all.push(...asReadOnce(read));
  }
  return all;
}

async function readPartition(cluster: Cluster, topic: Topic, partition: number): Promise<LogRecord[]> {
  const read: LogRecord[] = [];
  for (let offset = 0; ;) {
    const path = `/api/log/${topic}/${partition}?offset=${offset}&max=${PAGE}`;
    const { next, records } = await cluster.api<{ next: number; records: LogRecord[] }>('ingestion', path);
    if (records.length === 0) return read;
    read.push(...records);
    offset = next;
  }
}
