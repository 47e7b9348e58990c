import { failureKind, type ServiceName } from '@waymark/contracts';
import type { BatchSeen, FailureSeen, StreamObserver } from '@waymark/stream';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Logger } from './create-logger.js';

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** How many records of one partition a service has still to process. */
export interface Lag {
  service: ServiceName;
  partition: number;
  lag: number;
}

/** The process's Prometheus registry, with what the stream processors show of themselves. */
export class Metrics {
  readonly registry = new Registry();
  readonly #records = this.#counter('waymark_records_total', 'Records processed.');
  readonly #outputs = this.#counter('waymark_outputs_total', 'Records produced.');
  readonly #deadLetters = this.#counter('waymark_dead_letters_total', 'Records that became dead letters.');
  readonly #failures = new Counter({
    name: 'waymark_failures_total',
    help: 'Failed steps, by kind.',
    labelNames: ['service', 'kind'],
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: 'waymark_batch_seconds',
    help: 'From the read of a batch to its publication.',
    labelNames: ['service'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Watches processors: counts batches and failures, logs failures by the table of the stream library. */
  observer(logger: Logger): StreamObserver {
    return {
      batch: (seen) => this.#batch(seen),
      failure: (seen) => this.#failure(seen, logger),
    };
  }

  /** Shows the lag, read at each scrape; there is none to show while it cannot be read. */
  watchLag(read: () => Promise<Lag[]>, logger: Logger): void {
    const gauge = new Gauge({
      name: 'waymark_lag_records',
      help: 'Records that wait to be processed.',
      labelNames: ['service', 'partition'],
      registers: [this.registry],
      async collect() {
        gauge.reset();
        try {
          for (const { lag, ...labels } of await read()) gauge.set(labels, lag);
        } catch (error) {
          logger.warn({ err: error }, 'lag cannot be read');
        }
      },
    });
  }

  #batch({ service, records, outputs, deadLetters, durationMs }: BatchSeen): void {
    this.#records.inc({ service }, records);
    this.#outputs.inc({ service }, outputs);
    if (deadLetters > 0) this.#deadLetters.inc({ service }, deadLetters);
    this.#seconds.observe({ service }, durationMs / 1000);
  }

  #failure({ service, partition, error, stopped }: FailureSeen, logger: Logger): void {
    const kind = failureKind(error);
    this.#failures.inc({ service, kind });
    const line = { err: error, service, partition };
    if (stopped) logger.error(line, 'partition stopped by a defect');
    else if (kind === 'conflict') logger.debug(line, 'partition taken anew');
    else logger.warn(line, 'step failed, trying again');
  }

  #counter(name: string, help: string): Counter<'service'> {
    return new Counter({ name, help, labelNames: ['service'], registers: [this.registry] });
  }
}
