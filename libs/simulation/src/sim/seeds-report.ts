import { FaultCounts } from './fault-counts.js';
import type { SeedResult } from './simulate.js';

/** What is told of many seeds. */
export class SeedsReport {
  readonly #faults = new FaultCounts();
  #seeds = 0;
  #steps = 0;
  #eventsIn = 0;
  #messagesOut = 0;
  #violations = 0;
  #failing = 0;

  add(result: SeedResult): void {
    this.#seeds += 1;
    this.#steps += result.steps;
    this.#eventsIn += result.eventsIn;
    this.#messagesOut += result.messagesOut;
    this.#violations += result.violations.length;
    this.#failing += result.violations.length > 0 ? 1 : 0;
    this.#faults.addAll(result.faults);
  }

  /** Seeds in which a rule was broken. */
  get failing(): number {
    return this.#failing;
  }

  /** `ms` is the real time that all of it took. */
  lines(ms: number): string[] {
    const seconds = ms / 1_000;
    return [
      `${this.#seeds} seeds in ${seconds.toFixed(1)} s, ${Math.round((this.#seeds / seconds) * 60)} a minute; ${this.#steps} steps`,
      `events in ${this.#eventsIn}, messages out ${this.#messagesOut}, faults ${this.#faults.total}:`,
      ...this.#faults.list().map(([kind, times]) => `  ${kind} ${times}`),
      `violations ${this.#violations}, in ${this.#failing} seeds`,
    ];
  }
}

export function seedLine({ seed, steps, faults, digest }: SeedResult): string {
  const total = faults.reduce((sum, [, times]) => sum + times, 0);
  return `seed ${seed}: ${steps} steps, ${total} faults, digest ${digest}`;
}

/** What was broken, what happened last, and how to see it again. */
export function failureLines({ seed, violations, steps, tail }: SeedResult): string[] {
  return [
    `seed ${seed} breaks ${violations.length} rule(s):`,
    ...violations.map((violation) => `  ${violation}`),
    `the last ${tail.length} of its ${steps} steps:`,
    ...tail.map((line) => `  ${line}`),
    `again: npm run sim -- --seed ${seed} --verbose`,
  ];
}
