import { failureKind, type EpochMs, type ServiceName } from '@waymark/contracts';
import type { BatchSeen, FailureSeen, Measure, StreamObserver } from '@waymark/stream';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Logger } from './create-logger.js';

const BATCH_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const LATENCY_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const BATCH_RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** Dead letters and traces named in one line of the log at most. */
const NAMED_MAX = 10;

/** How many records of one partition a service has still to process. */
export interface Lag {
  service: ServiceName;
  partition: number;
  lag: number;
}

/** How many batches of a service wait in its outbox. */
export interface OutboxDepth {
  service: ServiceName;
  rows: number;
}

/** The process's Prometheus registry: what the services show of themselves. `docs/telemetry.md` says what each number means. */
export class Metrics {
  readonly registry = new Registry();
  readonly #records = this.#counter('waymark_records_total', 'Records processed.', ['service']);
  readonly #outputs = this.#counter('waymark_outputs_total', 'Records produced.', ['service']);
  readonly #deadLetters = this.#counter('waymark_dead_letters_total', 'Records that became dead letters.', ['service']);
  readonly #failures = this.#counter('waymark_failures_total', 'Failed steps, by kind.', ['service', 'kind']);
  readonly #rejected = this.#counter('waymark_rejected_total', 'Events and requests turned away.', ['code']);
  readonly #duplicates = this.#counter('waymark_duplicates_total', 'Events that had been taken before.', []);
  readonly #deliveries = this.#counter(
    'waymark_deliveries_total',
    'What became of tries to hand messages over, by type of channel.',
    ['channel', 'state'],
  );
  readonly #forgotten = this.#counter('waymark_forgotten_total', 'What retention has removed.', ['what']);
  readonly #housekept = new Gauge({
    name: 'waymark_housekeeping_success_seconds',
    help: 'When housekeeping was last through.',
    labelNames: ['service'],
    registers: [this.registry],
  });
  readonly #batchSeconds = this.#histogram(
    'waymark_batch_seconds',
    'From the read of a batch to its publication.',
    BATCH_SECONDS,
    ['service'],
  );
  readonly #batchRecords = this.#histogram('waymark_batch_records', 'Records of a batch.', BATCH_RECORDS, ['service']);
  readonly #eventToAction = this.#histogram(
    'waymark_event_to_action_seconds',
    'From the arrival of an event to the hand-over of a message that it asked for and that nothing made wait.',
    LATENCY_SECONDS,
    [],
  );
  readonly #timerLateness = this.#histogram(
    'waymark_timer_lateness_seconds',
    'By how much later than its moment something happened.',
    LATENCY_SECONDS,
    ['service'],
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Watches processors: counts batches and failures, logs failures by the table of the stream library. */
  observer(logger: Logger): StreamObserver {
    return {
      batch: (seen) => this.#batch(seen, logger),
      failure: (seen) => this.#failure(seen, logger),
    };
  }

  /** Counts what a service has measured. */
  readonly measure = (measure: Measure): void => {
    switch (measure.what) {
      case 'rejected':
        return this.#rejected.inc({ code: measure.code });
      case 'duplicate':
        return this.#duplicates.inc();
      case 'timer':
        return this.#timerLateness.observe({ service: measure.service }, measure.latenessMs / 1000);
      case 'event-to-action':
        return this.#eventToAction.observe(measure.ms / 1000);
      case 'delivery':
        return this.#deliveries.inc({ channel: measure.channel, state: measure.end });
    }
  };

  /** Counts what retention has removed: `what` is of a closed list. */
  forgotten(what: string, count: number): void {
    this.#forgotten.inc({ what }, count);
  }

  /** Shows when a service's housekeeping was last through; 0 before the first time. */
  housekept(service: ServiceName, at: EpochMs): void {
    this.#housekept.set({ service }, at / 1000);
  }

  /** Shows the lag, read at each scrape; there is none to show while it cannot be read. */
  watchLag(read: () => Promise<readonly Lag[]>, logger: Logger): void {
    const at = { name: 'waymark_lag_records', help: 'Records that wait to be processed.' };
    this.#watch(at, ['service', 'partition'], logger, async () =>
      (await read()).map(({ service, partition, lag }) => ({ labels: { service, partition }, value: lag })),
    );
  }

  /** Shows how many saved batches wait to be published, read at each scrape; none while it cannot be read. */
  watchOutbox(read: () => Promise<readonly OutboxDepth[]>, logger: Logger): void {
    const at = { name: 'waymark_outbox_rows', help: 'Saved batches that wait to be published.' };
    this.#watch(at, ['service'], logger, async () =>
      (await read()).map(({ service, rows }) => ({ labels: { service }, value: rows })),
    );
  }

  /** Shows which circuits are open, read at each scrape. Their names are few and known: of what is called, never of whom it is for. */
  watchCircuits(read: () => readonly { circuit: string; isOpen: boolean }[], logger: Logger): void {
    const at = { name: 'waymark_circuit_open', help: 'Whether a circuit is open: 1, or closed: 0.' };
    this.#watch(at, ['circuit'], logger, async () =>
      read().map(({ circuit, isOpen }) => ({ labels: { circuit }, value: isOpen ? 1 : 0 })),
    );
  }

  /** Shows how many partitions of each service are this process's, read at each scrape. */
  watchPartitions(read: () => readonly { service: ServiceName; partitions: number }[], logger: Logger): void {
    const at = { name: 'waymark_partitions_owned', help: "Partitions that are this process's." };
    this.#watch(at, ['service'], logger, async () =>
      read().map(({ service, partitions }) => ({ labels: { service }, value: partitions })),
    );
  }

  /** Shows how many instances of this process's partitions break an invariant, read at each scrape. Reasons are of a closed list. */
  watchBroken(read: () => readonly { reason: string; count: number }[], logger: Logger): void {
    const at = {
      name: 'waymark_instances_broken',
      help: 'Instances that break an invariant, as the last walk found them.',
    };
    this.#watch(at, ['reason'], logger, async () =>
      read().map(({ reason, count }) => ({ labels: { reason }, value: count })),
    );
  }

  #batch({ measures, ...seen }: BatchSeen, logger: Logger): void {
    const { service, partition, records, outputs, deadLetters, durationMs } = seen;
    this.#records.inc({ service }, records);
    this.#outputs.inc({ service }, outputs);
    this.#batchRecords.observe({ service }, records);
    this.#batchSeconds.observe({ service }, durationMs / 1000);
    for (const measure of measures) this.measure(measure);
    const traceIds = named(seen.traceIds);
    if (logger.isLevelEnabled('debug')) {
      const { offset, nextOffset } = seen;
      logger.debug({ service, partition, offset, nextOffset, records, outputs, durationMs, traceIds }, 'batch saved');
    }
    if (deadLetters.length === 0) return;
    this.#deadLetters.inc({ service }, deadLetters.length);
    const letters = named(deadLetters);
    logger.warn({ service, partition, count: deadLetters.length, letters, traceIds }, 'records became dead letters');
  }

  #failure({ service, partition, offset, traceIds, error, stopped }: FailureSeen, logger: Logger): void {
    const kind = failureKind(error);
    this.#failures.inc({ service, kind });
    const line = { err: error, service, partition, offset, traceIds: named(traceIds ?? []) };
    if (stopped) logger.error(line, 'partition stopped by a defect');
    else if (kind === 'conflict') logger.debug(line, 'partition taken anew');
    else logger.warn(line, 'step failed, trying again');
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, buckets: number[], labelNames: readonly L[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  /** A gauge that is read at each scrape. */
  #watch<L extends string>(
    { name, help }: { name: string; help: string },
    labelNames: readonly L[],
    logger: Logger,
    read: () => Promise<{ labels: Record<L, string | number>; value: number }[]>,
  ): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        gauge.reset();
        try {
          for (const { labels, value } of await read()) gauge.set(labels, value);
        } catch (error) {
          logger.warn({ err: error, metric: name }, 'a metric cannot be read');
        }
      },
    });
  }
}

/** The first of a list; undefined, and so not in the line, where it is empty. */
function named<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list.slice(0, NAMED_MAX);
}
