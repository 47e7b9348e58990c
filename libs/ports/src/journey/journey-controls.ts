import type { CustomerEvent, CustomerId, EpochMs, InstanceId } from '@waymark/contracts';

/** Somebody who knocked while the journey was paused, with the event by which she did (R26). */
export interface QueuedEntrant {
  id: string;
  journeyId: string;
  event: CustomerEvent;
  expiresAt: EpochMs;
  /** R61: who it was that knocked, where she has turned out to be this customer since. */
  origin?: CustomerId;
}

/** How far a job has come in one partition. */
export interface JobProgress {
  jobId: string;
  /** The instance it has come to; empty before the first. */
  cursor: string;
  isDone: boolean;
  /** What became of the instances, by word. */
  counts: Record<string, number>;
  /** Not before this is it worked on again. */
  nextAt: EpochMs;
}

/** Instances of a job's journey by id, all that are active if there are fewer than were asked for. */
export interface JobPage {
  jobId: string;
  instanceIds: InstanceId[];
  isLast: boolean;
}

/** What is said of journeys, as far as it matters to what falls due by itself. */
export interface ControlsInUse {
  /** Journeys whose timers stand still. */
  frozen: readonly string[];
  /** Journeys at whose doors people wait. */
  queueing: readonly string[];
  /** Whether anybody may be waiting at a door. */
  mayHaveEntrants: boolean;
  /** In their order; one that `freezes` lets its journey's timers stand still until it is done. */
  jobs: readonly { jobId: string; journeyId: string; freezes: boolean }[];
}

export const NO_CONTROLS: ControlsInUse = { frozen: [], queueing: [], mayHaveEntrants: false, jobs: [] };

/** A job that a partition has not begun. */
export function newJob(jobId: string): JobProgress {
  return { jobId, cursor: '', isDone: false, counts: {}, nextAt: 0 };
}

/** The journeys whose timers stand still: as was said, or until the jobs that are still open have put them off. */
export function frozenBy({ frozen, jobs }: ControlsInUse, open: readonly Pick<JobProgress, 'jobId'>[]): Set<string> {
  const thawing = jobs.filter(({ jobId, freezes }) => freezes && open.some((each) => each.jobId === jobId));
  return new Set([...frozen, ...thawing.map(({ journeyId }) => journeyId)]);
}
