import type { JourneyControl, JourneyJob } from '@waymark/contracts';
import type { ControlsInUse } from '@waymark/ports';

type Pause = NonNullable<JourneyControl['pause']>;

/** What people in charge have said of journeys, as a partition knows it. */
export class Controls {
  readonly inUse: ControlsInUse;
  readonly #byJourney: ReadonlyMap<string, JourneyControl>;
  readonly #jobs: ReadonlyMap<string, JourneyJob>;

  constructor(controls: readonly JourneyControl[]) {
    this.#byJourney = new Map(controls.map((control) => [control.id, control]));
    const jobs = controls.flatMap(({ id, jobs: its }) => its.map((job) => ({ journeyId: id, job })));
    this.#jobs = new Map(jobs.map(({ job }) => [job.id, job]));
    const paused = controls.filter(({ state }) => state === 'paused');
    this.inUse = {
      frozen: paused.filter(({ pause }) => pause?.timers === 'freeze').map(({ id }) => id),
      queueing: paused.filter(({ pause }) => pause?.entrants !== 'discard').map(({ id }) => id),
      mayHaveEntrants: controls.length > 0,
      jobs: jobs.map(({ journeyId, job }) => ({ jobId: job.id, journeyId, freezes: job.type === 'thaw' })),
    };
  }

  stateOf(journeyId: string): JourneyControl['state'] {
    return this.#byJourney.get(journeyId)?.state ?? 'running';
  }

  /** Whether anything is said of a journey: somebody may have waited at its door. */
  mayHaveEntrants(journeyId: string): boolean {
    return this.#byJourney.has(journeyId);
  }

  pauseOf(journeyId: string): Pause | undefined {
    return this.#byJourney.get(journeyId)?.pause;
  }

  job(id: string): JourneyJob {
    return this.#jobs.get(id)!;
  }

  /** The versions that jobs take instances to. */
  get targets(): { journeyId: string; version: string }[] {
    return [...this.#byJourney.values()].flatMap(({ id, jobs }) =>
      jobs.flatMap((job) => (job.type === 'migrate' ? [{ journeyId: id, version: job.to }] : [])),
    );
  }
}
