import { HEADERS, SERVICES, TOPICS, partitionFor, type LogRecord, type NewRecord } from '@waymark/contracts';
import type { Played } from '../play.js';

const SOURCES = {
  ingestion: 'events.raw',
  'journey-state': 'events',
  personalization: 'interactions',
  'action-dispatch': 'actions',
} as const;

/** P3: what was committed is what readers take, all of it, in order; and everything that is there has been processed. */
export function checkPublication({ facts, chronicle, ground, clients }: Played): string[] {
  const found: string[] = [];
  const { partitions } = ground.log;
  for (const source of chronicle.places) {
    for (const topic of TOPICS) {
      for (let partition = 0; partition < partitions; partition += 1) {
        const committed = chronicle
          .outputsOf(source)
          .filter((record) => record.topic === topic && partitionFor(record, partitions) === partition);
        const taken = facts!.taken
          .get(`${topic}/${partition}`)!
          .filter(({ headers }) => headers[HEADERS.source] === source);
        found.push(...difference(`${source} to ${topic}/${partition}`, committed, taken));
      }
    }
  }
  for (const service of SERVICES) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const end = facts!.records.get(`${SOURCES[service]}/${partition}`)!.length;
      const come = chronicle.progressOf(`${service}/${partition}`)?.nextOffset ?? 0;
      if (come !== end)
        found.push(`P1: ${service}/${partition} has come to offset ${come} of ${end} and does not move`);
    }
  }
  const letters = [...facts!.taken].filter(([place]) => place.startsWith('dead-letters/')).flatMap(([, all]) => all);
  if (letters.length !== clients.poison)
    found.push(
      `P5: ${clients.poison} records were no records, and there are ${letters.length} dead letters: ${letters[0]?.value ?? ''}`,
    );
  return found;
}

function difference(what: string, committed: readonly NewRecord[], taken: readonly LogRecord[]): string[] {
  const first = committed.findIndex((record, i) => record.value !== taken[i]?.value);
  if (first >= 0)
    return [
      `P3: ${what}: output ${first} of ${committed.length} is ${taken[first]?.value ?? 'lost'}, not ${committed[first]!.value}`,
    ];
  if (taken.length > committed.length)
    return [
      `P3: ${what}: ${taken.length - committed.length} records were never committed: ${taken[committed.length]!.value}`,
    ];
  return [];
}
