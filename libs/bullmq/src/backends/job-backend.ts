import type { BackendFactory, IQueueBackend } from 'bullmq';

/** The store that BullMQ keeps jobs in. */
export interface JobBackend {
  /** Makes what BullMQ's queue, or its worker, does its work with; whatever connection it is told of is not used. */
  create: BackendFactory<IQueueBackend, object>;
  /** Resolves when the store may be asked. Rejects with STORE_UNAVAILABLE where BullMQ would wait for it. */
  ready(): Promise<void>;
  /** Whether it is worth waiting for what BullMQ has begun in the store. */
  answers(): Promise<boolean>;
  /** Closes the connections that BullMQ leaves open, after it has closed its own. */
  close(): Promise<void>;
}
