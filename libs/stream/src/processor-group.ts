import type { ServiceName, Topic } from '@waymark/contracts';
import type { StreamObserver } from './observer.js';
import type { PartitionProcessor } from './partition-processor.js';
import { runPartition } from './run-partition.js';

type AnyProcessor = Pick<
  PartitionProcessor<never, unknown, unknown, unknown>,
  'step' | 'idle' | 'service' | 'source' | 'partition' | 'revision' | 'version' | 'isIdle' | 'isAtRest'
>;

/** The processors of one process: started together, stopped together (P7). */
export class ProcessorGroup {
  readonly #processors: readonly AnyProcessor[];
  readonly #observer: StreamObserver | undefined;
  readonly #stop = new AbortController();
  readonly #stopped = new Map<AnyProcessor, unknown>();
  #running: Promise<unknown> | undefined;

  constructor(processors: readonly AnyProcessor[], observer?: StreamObserver) {
    this.#processors = processors;
    this.#observer = observer;
  }

  start(): void {
    this.#running ??= Promise.all(this.#processors.map((processor) => this.#run(processor)));
  }

  /** Finishes the batches in hand and resolves when all have stopped. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Partitions that a defect has stopped; the process is not healthy while there is one. */
  get stopped(): readonly { service: ServiceName; partition: number; error: unknown }[] {
    return [...this.#stopped].map(([{ service, partition }, error]) => ({ service, partition, error }));
  }

  /** How often the partitions have saved since they were taken, in all: while it stays the same, nothing has happened. */
  get saves(): number {
    return this.#processors.reduce((sum, { version }) => sum + version, 0);
  }

  /** Whether all partitions wait for something to do. */
  get isIdle(): boolean {
    return this.#processors.every((processor) => processor.isIdle);
  }

  /** Whether all partitions are at rest, the log ending where `endOf` says. */
  isAtRest(endOf: (at: { topic: Topic; partition: number }) => number): boolean {
    return this.#processors.every((processor) =>
      processor.isAtRest(endOf({ topic: processor.source, partition: processor.partition })),
    );
  }

  /** The lowest workspace revision in use in any partition of a service. */
  revisionOf(service: ServiceName): number {
    const revisions = this.#processors.filter((p) => p.service === service).map((p) => p.revision);
    return revisions.length === 0 ? 0 : Math.min(...revisions);
  }

  async #run(processor: AnyProcessor): Promise<void> {
    const { stoppedBy } = await runPartition(processor, { signal: this.#stop.signal, observer: this.#observer });
    if (stoppedBy !== undefined) this.#stopped.set(processor, stoppedBy);
  }
}
