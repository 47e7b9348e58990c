/**
 * The processors of one process: started and stopped together (P7), each running while its partition is this process's.
 *
 *   (idle) --own--> running --not own any more--> finishing the batch in hand --> released --> (idle)
 *                      |
 *                      '-- defect --> stopped, until the partition is released
 *
 * - A partition that comes back is taken anew only when its earlier run has ended.
 * - A batch in hand when the partition is lost may still be saved: if the new owner has saved first it is FENCED (P2).
 */
import { WaymarkError, type ServiceName, type Topic } from '@waymark/contracts';
import type { StreamObserver } from './observer.js';
import type { PartitionProcessor } from './partition-processor.js';
import type { HandOver, RecordBatch } from './record-batch.js';
import { runPartition } from './run-partition.js';

type AnyProcessor = Pick<
  PartitionProcessor<never, unknown, unknown, unknown>,
  | 'step'
  | 'process'
  | 'idle'
  | 'release'
  | 'service'
  | 'source'
  | 'partition'
  | 'version'
  | 'inHand'
  | 'isIdle'
  | 'isAtRest'
>;

interface Run {
  lost: AbortController;
  ended: Promise<void>;
}

export class ProcessorGroup {
  readonly #processors: readonly AnyProcessor[];
  readonly #observer: StreamObserver | undefined;
  readonly #stop = new AbortController();
  readonly #stopped = new Map<AnyProcessor, unknown>();
  /** Of the partitions that are this process's. */
  readonly #runs = new Map<AnyProcessor, Run>();
  readonly #ending = new Map<AnyProcessor, Promise<void>>();
  #handOver: HandOver | undefined;

  constructor(processors: readonly AnyProcessor[], observer?: StreamObserver) {
    this.#processors = processors;
    this.#observer = observer;
  }

  /** The topics that its processors read. */
  get sources(): Topic[] {
    return [...new Set(this.#processors.map(({ source }) => source))];
  }

  /** Who processes the batches from now on; {@link process} when nobody is named. */
  handOverTo(handOver: HandOver): void {
    this.#handOver = handOver;
  }

  /** Makes all partitions this process's. */
  start(): void {
    for (const processor of this.#processors) this.#begin(processor);
  }

  /** Makes exactly these partitions of a topic this process's: new ones begin, those lost are released. */
  own(source: Topic, partitions: readonly number[]): void {
    for (const processor of this.#processors) {
      if (processor.source !== source) continue;
      if (partitions.includes(processor.partition)) this.#begin(processor);
      else this.#end(processor);
    }
  }

  /** Processes a batch that was handed over. */
  process(batch: RecordBatch): Promise<boolean> {
    const processor = this.#processors.find((p) => p.source === batch.topic && p.partition === batch.partition);
    if (!processor)
      throw new WaymarkError('DEFECT', `nobody here processes partition ${batch.partition} of ${batch.topic}`);
    return processor.process(batch);
  }

  /** Finishes the batches in hand and resolves when all have stopped. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
    await Promise.all(this.#ending.values());
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

  /** The partitions of a service that are this process's now. */
  owned(service: ServiceName): number[] {
    return [...this.#runs.keys()].filter((p) => p.service === service).map(({ partition }) => partition);
  }

  #begin(processor: AnyProcessor): void {
    if (this.#runs.has(processor) || this.#stop.signal.aborted) return;
    const lost = new AbortController();
    this.#runs.set(processor, { lost, ended: this.#run(processor, lost.signal) });
  }

  #end(processor: AnyProcessor): void {
    const run = this.#runs.get(processor);
    if (!run) return;
    this.#runs.delete(processor);
    run.lost.abort();
    this.#ending.set(processor, run.ended);
  }

  async #run(processor: AnyProcessor, lost: AbortSignal): Promise<void> {
    const earlier = this.#ending.get(processor);
    if (earlier) await earlier;
    const signal = AbortSignal.any([lost, this.#stop.signal]);
    const handOver = this.#handOver;
    const { stoppedBy } = await runPartition(processor, { signal, handOver, observer: this.#observer });
    if (stoppedBy !== undefined) {
      this.#stopped.set(processor, stoppedBy);
      await aborted(signal);
    }
    if (lost.aborted) {
      this.#stopped.delete(processor);
      processor.release();
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
