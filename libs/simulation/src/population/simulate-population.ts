import { WaymarkError, type EpochMs, type Journey, type RawEvent, type Resource } from '@waymark/contracts';
import type { ActiveResources } from '@waymark/ports';
import type { Incoming } from './incoming.js';
import { PopulationRun } from './population-run.js';
import type { BadLines, SimulationReport } from './report.js';
import { withCalled } from './synthetic/story-lines.js';
import { Tally } from './tally.js';

/** How long time goes on after the last event, at most, in milliseconds. */
const TAIL_MS = 30 * 86_400_000;
const BAD_LINES_SHOWN = 20;
const EVENTS_A_PROGRESS = 200;

export interface SimulationOptions {
  resources: ActiveResources['resources'];
  calls: AsyncIterable<Incoming> | Iterable<Incoming>;
  /** When the journeys begin to take entrants; by default with the first event. */
  start?: EpochMs | undefined;
  synthetic?: { seed: number; days: number } | undefined;
  onProgress?: (progress: { events: number; at: EpochMs }) => void;
}

/** The resources with only these journeys, and those that they call. Throws NOT_FOUND for one that there is not. */
export function withJourneys<T extends { resource: Resource }>(resources: readonly T[], ids: readonly string[]): T[] {
  const journeys = resources.flatMap(({ resource }) => (resource.kind === 'journey' ? [resource] : []));
  const byId = new Map(journeys.map((journey) => [journey.id, journey]));
  const wanted = new Set<Journey>();
  for (const id of ids) {
    const journey = byId.get(id);
    if (!journey)
      throw new WaymarkError(
        'NOT_FOUND',
        `there is no journey "${id}" in the workspace, only ${[...byId.keys()].join(', ')}`,
      );
    for (const each of withCalled(journey, byId)) wanted.add(each);
  }
  return resources.filter(({ resource }) => resource.kind !== 'journey' || wanted.has(resource));
}

/** Takes a population through the journeys of a workspace. Rejects with INVALID_BODY when there is no event at all. */
export async function simulatePopulation(options: SimulationOptions): Promise<SimulationReport> {
  const simulation = new Simulation(options);
  for await (const incoming of options.calls) {
    if ('bad' in incoming) simulation.bad(incoming.bad);
    else await simulation.take(incoming.event);
  }
  return simulation.end();
}

interface Running {
  run: PopulationRun;
  tally: Tally;
  start: EpochMs;
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #badLines: BadLines = { count: 0, first: [] };
  #running: Running | undefined;
  #events = 0;
  #before = 0;
  #outOfOrder = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  bad(line: BadLines['first'][number]): void {
    this.#badLines.count += 1;
    if (this.#badLines.first.length < BAD_LINES_SHOWN) this.#badLines.first.push(line);
  }

  /** An event that stands behind a later one is taken as one that came in late. */
  async take(event: RawEvent): Promise<void> {
    const { run, start } = (this.#running ??= await this.#begin(Date.parse(event.receivedAt)));
    const now = run.clock.now();
    const isLate = Date.parse(event.receivedAt) < now;
    if (isLate) this.#outOfOrder += 1;
    this.#events += 1;
    await run.take(isLate ? { ...event, receivedAt: new Date(now).toISOString() } : event);
    if (run.clock.now() < start) this.#before += 1;
    if (this.#events % EVENTS_A_PROGRESS === 0)
      this.#options.onProgress?.({ events: this.#events, at: run.clock.now() });
  }

  async end(): Promise<SimulationReport> {
    if (!this.#running) throw new WaymarkError('INVALID_BODY', `there is no event to simulate with${this.#reasons()}`);
    const { run, tally, start } = this.#running;
    const lastEvent = run.clock.now();
    for (
      let next = await run.nextDueAt();
      next !== undefined && next <= lastEvent + TAIL_MS;
      next = await run.nextDueAt()
    )
      await run.advanceTo(next);
    return tally.report({
      ...(this.#options.synthetic && { synthetic: this.#options.synthetic }),
      customers: run.customers,
      events: this.#events,
      eventsBeforeStart: this.#before,
      outOfOrder: this.#outOfOrder,
      badLines: this.#badLines,
      start: iso(start),
      lastEvent: iso(lastEvent),
      end: iso(run.clock.now()),
    });
  }

  async #begin(first: EpochMs): Promise<Running> {
    const { resources, start = first } = this.#options;
    const tally = new Tally(
      resources.map(({ resource }) => resource),
      start,
    );
    const run = await PopulationRun.create({ resources, start, watch: tally }, first);
    return { run, tally, start };
  }

  #reasons(): string {
    const { count, first } = this.#badLines;
    return count === 0 ? '' : `: all ${count} lines are no calls; line ${first[0]!.line}: ${first[0]!.reason}`;
  }
}

function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}
