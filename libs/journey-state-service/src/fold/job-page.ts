import type { InstanceId, JourneyJob } from '@waymark/contracts';
import type { Input, Instance } from '@waymark/journey-engine';
import type { JobPage } from '@waymark/ports';
import { clockCause, type JourneyWork } from './journey-work.js';

/** Between two pages of a job in a partition, in milliseconds. */
const PACE_MS = 100;
const WORDS = { stop: 'ended', thaw: 'put off', migrate: 'moved' } as const;

/** One page of a job on the instances of a journey, in the order of their ids. */
export function workOnPage(work: JourneyWork, { jobId, instanceIds, isLast }: JobPage): void {
  work.causedBy('the clock');
  const before = work.loaded.jobs.find((job) => job.jobId === jobId)!;
  const job = work.definitions.controls.job(jobId);
  const counts = { ...before.counts };
  for (const id of instanceIds) {
    const word = workOn(work, job, id);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  const cursor = instanceIds.at(-1) ?? before.cursor;
  work.job = { jobId, cursor, isDone: isLast, counts, nextAt: work.batch.now + PACE_MS };
}

/** What became of the instance, in a word. */
function workOn(work: JourneyWork, job: JourneyJob, id: InstanceId): string {
  const loaded = work.loaded.instances.find((each) => each.id === id);
  const before = loaded && work.instance(loaded.customerId, id);
  if (before?.status !== 'active') return 'over';
  const journey = work.definitions.version(job.type === 'migrate' ? job.to : before.version);
  work.decide(before, inputOf(work, job, before), clockCause(job.id), journey);
  const after = work.instance(before.customerId, id)!;
  if (after === before) return 'stayed';
  return after.status === 'ended' ? 'ended' : WORDS[job.type];
}

function inputOf({ definitions }: JourneyWork, job: JourneyJob, { version, step }: Instance): Input {
  if (job.type === 'stop') return { type: 'end', reason: 'STOPPED' };
  if (job.type === 'thaw') return { type: 'thaw', from: Date.parse(job.from), to: Date.parse(job.to) };
  return {
    type: 'migrate',
    map: job.map,
    epochs: job.epochs,
    fromKind: definitions.version(version).steps.get(step)!.kind,
  };
}
