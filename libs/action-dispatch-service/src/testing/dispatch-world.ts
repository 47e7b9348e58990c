import {
  SCHEMA_VERSION,
  type ActionId,
  type CancelAction,
  type CustomerId,
  type DeliverAction,
  type EpochMs,
  type RawEvent,
  type ReportAction,
  type Resource,
  type WorkspaceChange,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import {
  ManualClock,
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryJobQueue,
  type ContextReader,
  type Delivery,
  type DispatchStore,
} from '@waymark/ports';
import { PartitionProcessor } from '@waymark/stream';
import { createActionDispatch, type ActionDispatch } from '../create-action-dispatch.js';
import type { ChannelTransport, Message, SendResult } from '../hand-over/transport.js';
import { anAction } from './samples.js';

const PARTITION = 0;
const SEND_CONCURRENCY = 4;

/** A provider that answers as it is told and remembers what reached it. */
class FakeProvider implements ChannelTransport {
  reply: (message: Message) => SendResult | Promise<SendResult> = () => ({ ok: true });
  readonly tries: Message[] = [];

  async send(message: Message): Promise<SendResult> {
    this.tries.push(message);
    return this.reply(message);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An outcome as it came back to the ring's beginning. */
export type SeenOutcome = Pick<RawEvent, 'event' | 'messageId' | 'properties' | 'timestamp' | 'cause'> & {
  customerId: CustomerId;
};

/** Action-dispatch over memory ports, with one partition, a clock that is driven and a provider that is told what to say. */
export class DispatchWorld {
  readonly clock: ManualClock;
  readonly log = new MemoryEventLog(1);
  readonly store: DispatchStore;
  readonly provider = new FakeProvider();
  readonly contexts = new Map<CustomerId, CustomerContext>();
  readonly jobs: MemoryJobQueue;
  dispatch!: ActionDispatch;
  processor!: PartitionProcessor<never, unknown, unknown, unknown>;
  #revision = 0;

  constructor(start: string, store?: DispatchStore) {
    this.clock = new ManualClock(Date.parse(start));
    this.store = store ?? new MemoryDispatchStore({ appendOutputs: (outputs) => this.log.appendNow(outputs) });
    this.jobs = new MemoryJobQueue(this.clock);
  }

  /** A life of the process: what the one before held in memory is gone. */
  async start(): Promise<void> {
    const { store, log, clock, provider } = this;
    const contexts: ContextReader = {
      read: async (wanted) =>
        new Map(
          wanted.map(({ customerId }) => [customerId, this.contexts.get(customerId) ?? emptyContext(customerId)]),
        ),
    };
    const transports = { smtp: provider, webhook: provider, inbox: provider, log: provider };
    this.dispatch = createActionDispatch({
      store,
      contexts,
      log,
      clock,
      jobs: this.jobs,
      transports,
      secrets: () => 'secret',
      sendConcurrency: SEND_CONCURRENCY,
    });
    this.processor = new PartitionProcessor(this.dispatch.topology, {
      log,
      clock,
      partition: PARTITION,
      batchMax: 100,
    }) as never;
    await this.dispatch.start();
  }

  /** Puts resources in use, from here on in the log. */
  apply(...resources: Resource[]): void {
    const changes = resources.map((resource) => ({
      op: 'put' as const,
      version: `${resource.kind}-${resource.id}-${this.#revision}` as never,
      resource,
    }));
    const change: WorkspaceChange = {
      schemaVersion: SCHEMA_VERSION,
      type: 'workspace',
      revision: (this.#revision += 1),
      changes,
      appliedAt: this.#at(),
    };
    this.#append('workspace', change);
  }

  deliver(over: Partial<DeliverAction> = {}): DeliverAction {
    const action = anAction({ requestedAt: this.#at(), ...over });
    this.#append(action.customerId, action);
    return action;
  }

  cancel({ actionId, customerId, cause, because }: DeliverAction & Pick<CancelAction, 'because'>): void {
    this.#append(customerId, {
      schemaVersion: SCHEMA_VERSION,
      type: 'cancel',
      actionId,
      customerId,
      cause,
      ...(because !== undefined && { because }),
      requestedAt: this.#at(),
    } satisfies CancelAction);
  }

  report(over: Partial<ReportAction> = {}): void {
    const { customerId, cause } = anAction();
    const report = {
      schemaVersion: SCHEMA_VERSION,
      type: 'report',
      customerId,
      messageId: 'd1.made' as never,
      event: 'Decision Made',
      properties: {},
      cause,
      requestedAt: this.#at(),
      ...over,
    };
    this.#append(customerId, report);
  }

  /** Processes until nothing moves, without waiting for a provider that has not answered. */
  async process(): Promise<void> {
    while ((await this.processor.step()) || (await this.jobs.step()));
  }

  /** Processes until nothing moves and every provider has answered. */
  async settle(): Promise<void> {
    const { desk } = this.dispatch;
    const { signal } = new AbortController();
    for (;;) {
      await this.process();
      if (desk.isBusy(PARTITION)) await desk.waitForMail(PARTITION, signal);
      else if (!desk.hasMail(PARTITION)) return;
    }
  }

  /** Lets everything happen that falls due up to `moment`, in order. */
  async until(moment: string | EpochMs): Promise<void> {
    const end = typeof moment === 'string' ? Date.parse(moment) : moment;
    await this.settle();
    for (;;) {
      const due = Math.min(this.jobs.nextDueAt() ?? Infinity, (await this.processor.nextDueAt()) ?? Infinity);
      if (due > end) break;
      this.clock.moveTo(Math.max(due, this.clock.now()));
      await this.settle();
    }
    this.clock.moveTo(end);
  }

  async delivery(actionId: string): Promise<Delivery | undefined> {
    return (await this.store.deliveriesOf([actionId as ActionId])).get(actionId as ActionId);
  }

  async outcomes(): Promise<SeenOutcome[]> {
    const records = await this.log.read({ topic: 'events.raw', partition: PARTITION, offset: 0, max: 10_000 });
    return records.map(({ value }) => JSON.parse(value) as SeenOutcome);
  }

  #append(key: string, value: object): void {
    this.log.appendNow([{ topic: 'actions', key, partition: PARTITION, value: JSON.stringify(value) }]);
  }

  #at(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
