import type { Channel, EpochMs, Journey, Resource } from '@waymark/contracts';
import type { Delivery, DispatchChanges, JourneyChanges, PersonalizationChanges } from '@waymark/ports';
import { ChannelTally } from './channel-tally.js';
import { Counter } from './counter.js';
import { JourneyTally } from './journey-tally.js';
import type { PopulationWatch } from './population-run.js';
import type { PopulationFigures, SimulationReport } from './report.js';
import { warningsOf } from './warnings.js';
import { WeekTally } from './week-tally.js';

/** Sums everything that happens to a population; what it keeps does not grow with the events. */
export class Tally implements PopulationWatch {
  readonly #journeys: ReadonlyMap<string, JourneyTally>;
  readonly #definitions: readonly Journey[];
  readonly #channels: ReadonlyMap<string, ChannelTally>;
  readonly #offers = new Map<string, Counter>();
  readonly #weeks: WeekTally;
  #refused = 0;
  #repeated = 0;

  constructor(resources: readonly Resource[], start: EpochMs) {
    this.#definitions = resources.filter((resource): resource is Journey => resource.kind === 'journey');
    this.#journeys = new Map(this.#definitions.map((journey) => [journey.id, new JourneyTally(journey)]));
    const channels = resources.filter((resource): resource is Channel => resource.kind === 'channel');
    this.#channels = new Map(channels.map((channel) => [channel.id, new ChannelTally(channel)]));
    this.#weeks = new WeekTally(start);
  }

  journeys({ history, notEligible }: JourneyChanges): void {
    for (const { entries } of [...history, ...notEligible])
      for (const { journeyId, trace } of entries) {
        const tally = this.#journeys.get(journeyId);
        for (const each of trace) tally?.trace(each);
      }
  }

  decisions({ decisions }: PersonalizationChanges): void {
    for (const { candidates } of decisions)
      for (const { offerId, reason } of candidates) {
        let reasons = this.#offers.get(offerId);
        if (!reasons) this.#offers.set(offerId, (reasons = new Counter()));
        reasons.add(reason);
      }
  }

  deliveries({ deliveries }: DispatchChanges): void {
    for (const delivery of deliveries) if (isSettled(delivery)) this.#message(delivery);
  }

  refused(count: number): void {
    this.#refused += count;
  }

  repeated(count: number): void {
    this.#repeated += count;
  }

  report(known: Omit<PopulationFigures, 'refused' | 'repeated'>): SimulationReport {
    const population = { ...known, refused: this.#refused, repeated: this.#repeated };
    const journeys = [...this.#journeys.values()].map((tally) => tally.figures());
    const channels = [...this.#channels.values()].map((tally) => tally.figures());
    const offers = [...this.#offers].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      population,
      journeys,
      channels,
      perCustomerWeek: this.#weeks.figures(),
      offers: offers.map(([id, reasons]) => ({ id, reasons: reasons.sorted() })),
      warnings: warningsOf({ population, journeys, channels }, this.#definitions),
    };
  }

  #message(delivery: Delivery): void {
    const { action, channel, customerId, state, settledAt } = delivery;
    this.#journeys.get(action.cause.journeyId ?? '')?.message(delivery);
    this.#channels.get(channel)?.message(delivery);
    if (state === 'sent' && reaches(delivery)) this.#weeks.add(customerId, settledAt!);
  }
}

function isSettled({ state }: Delivery): boolean {
  return state === 'sent' || state === 'failed' || state === 'suppressed' || state === 'unknown';
}

/** Marketing and service are what caps count: what customers call messages. */
function reaches({ action }: Delivery): boolean {
  return action.class === 'marketing' || action.class === 'service';
}
