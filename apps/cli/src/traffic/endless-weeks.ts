import type { JsonObject } from '@waymark/contracts';
import { generateWeek } from '../demo/population.js';

/** One call of the Segment API without its time, and whose it is, known by name or not. */
export interface PersonsCall {
  person: string;
  call: JsonObject;
}

export interface EndlessOptions {
  seed: number;
  /** People of one week. */
  customers: number;
  /** Tells one run's people and messages from another's. */
  run: string;
}

/** What the shop's people do, for ever: when those of a week have done what they do, as many new ones begin theirs. */
export function* endlessWeeks({ seed, customers, run }: EndlessOptions): Generator<PersonsCall> {
  for (let week = 0; ; week += 1) {
    for (const { call } of generateWeek({ seed, customers, start: 0, prefix: `${run}-${week}-` })) {
      const { timestamp: _then, ...rest } = call;
      const id = (call['userId'] ?? call['anonymousId']) as string;
      yield { person: id.replace(/^device-/, ''), call: rest };
    }
  }
}
