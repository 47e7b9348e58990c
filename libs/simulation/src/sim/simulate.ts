import { checkBeside, checkPlayed } from './check/check.js';
import { planOf } from './plan.js';
import { play } from './play.js';
import type { Sabotage } from './world.js';

export interface SeedOptions {
  sabotage?: Sabotage | undefined;
  /** Lines of what happened last that are told of a world in which a rule was broken. */
  lines?: number | undefined;
}

/** What came of a seed. Plain data, so that it can be told across threads. */
export interface SeedResult {
  seed: number;
  violations: string[];
  /** Of everything that happened: the same whenever the seed is run. */
  digest: string;
  steps: number;
  /** How often each kind of fault happened. */
  faults: [string, number][];
  /** Events that came in, and messages that reached somebody. */
  eventsIn: number;
  messagesOut: number;
  /** What happened last, where a rule was broken. */
  tail: string[];
}

const LINES = 60;

/** Plays what a seed says: through its faults, and, to compare with, undisturbed. */
export async function simulate(seed: number, { sabotage, lines = LINES }: SeedOptions = {}): Promise<SeedResult> {
  const plan = planOf(seed);
  const came = await play(plan, { sabotage });
  const violations = checkPlayed(plan, came);
  if (violations.length === 0) {
    const calm = await play(plan, { isCalm: true });
    const own = checkPlayed(plan, calm).map((violation) => `undisturbed: ${violation}`);
    violations.push(...own, ...checkBeside(plan, came, calm));
  }
  return {
    seed,
    violations,
    digest: came.trace.digest,
    steps: came.trace.steps,
    faults: came.faults.list(),
    eventsIn: came.clients.taken.size,
    messagesOut: came.ground.provider.handled.filter(({ reached }) => reached).length,
    tail: violations.length === 0 ? [] : came.trace.newest(lines),
  };
}
