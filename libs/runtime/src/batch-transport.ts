import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { WaymarkError } from '@waymark/contracts';
import type { HandOver, RecordBatch } from '@waymark/stream';
import { lastValueFrom, throwError, type Observable } from 'rxjs';

/** What reads the partitions that are this process's and hands their batches over. */
export interface BatchSource {
  /** Begins to hand over, one batch of a partition at a time; resolves when it has begun. */
  start(handOver: HandOver): Promise<void>;
  /** Resolves when the batches in hand are done (P7). */
  stop(): Promise<void>;
}

/**
 * A Nest transport that hands whole batches to the `@EventPattern` handler of their topic: it is given a {@link RecordBatch},
 * resolves with whether there may be more at once, and rejects with a failure as `runPartition` has them in its table. Nest's
 * own Kafka transport reads one message at a time.
 */
export class BatchTransport extends Server implements CustomTransportStrategy {
  readonly #source: BatchSource;
  /** A handler's failure goes back to the source, which knows what to do about it. */
  override readonly propagatesEventHandlerErrors = true;

  constructor(source: BatchSource) {
    super();
    this.#source = source;
  }

  listen(callback: (error?: unknown) => void): void {
    this.#source.start((batch) => this.#handOver(batch)).then(() => callback(), callback);
  }

  close(): Promise<void> {
    return this.#source.stop();
  }

  /** It has no events of its own. */
  on(): void {
    throw new WaymarkError('DEFECT', 'the batch transport has no events to listen to');
  }

  unwrap<T>(): T {
    return this.#source as T;
  }

  async #handOver(batch: RecordBatch): Promise<boolean> {
    const handler = this.getHandlerByPattern(batch.topic);
    if (!handler) throw new WaymarkError('DEFECT', `nobody handles the batches of ${batch.topic}`);
    const answer = (await handler(batch)) as Observable<boolean> | Promise<boolean>;
    return lastValueFrom(this.transformToObservable(answer));
  }
}

/** Gives a handler's failure back as it is, where Nest would make another of it. */
@Catch()
export class FailAsItIs implements RpcExceptionFilter<unknown> {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
