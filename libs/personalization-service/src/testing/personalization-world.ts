import {
  SCHEMA_VERSION,
  WaymarkError,
  type Action,
  type CustomerId,
  type DeliverAction,
  type Interaction,
  type RawEvent,
  type ReportAction,
  type Resource,
  type Topic,
  type WorkspaceChange,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { ManualClock, MemoryEventLog, MemoryPersonalizationStore } from '@waymark/ports';
import { PartitionProcessor } from '@waymark/stream';
import { createPersonalization, type Personalization } from '../create-personalization.js';
import { START, aCustomer } from './samples.js';

const PARTITION = 0;

/** Personalization over memory ports, with one partition and a clock that is driven. */
export class PersonalizationWorld {
  readonly clock = new ManualClock(Date.parse(START));
  readonly log = new MemoryEventLog(1);
  readonly store = new MemoryPersonalizationStore({ appendOutputs: (outputs) => this.log.appendNow(outputs) });
  readonly contexts = new Map<CustomerId, CustomerContext>();
  readonly personalization: Personalization;
  readonly #processor: PartitionProcessor<never, unknown, unknown, unknown>;
  #revision = 0;

  constructor() {
    const { store, log, clock } = this;
    this.know(aCustomer());
    this.personalization = createPersonalization({
      store,
      log,
      clock,
      contexts: {
        read: async (wanted) =>
          new Map(
            wanted.map(({ customerId }) => [customerId, this.contexts.get(customerId) ?? emptyContext(customerId)]),
          ),
      },
      resolve: async (id) => {
        if (!this.contexts.has(id as CustomerId)) throw new WaymarkError('NOT_FOUND', `there is no customer ${id}`);
        return id as CustomerId;
      },
    });
    const options = { log, clock, partition: PARTITION, batchMax: 100 };
    this.#processor = new PartitionProcessor(this.personalization.topology, options) as never;
  }

  know(context: CustomerContext): void {
    this.contexts.set(context.id, context);
  }

  /** Puts resources in use; the version of each is its id and the revision. */
  async apply(...resources: Resource[]): Promise<void> {
    this.#revision += 1;
    const change: WorkspaceChange = {
      schemaVersion: SCHEMA_VERSION,
      type: 'workspace',
      revision: this.#revision,
      changes: resources.map((resource) => ({
        op: 'put',
        version: `${resource.id}-${this.#revision}` as never,
        resource,
      })),
      appliedAt: START,
    };
    await this.#process('workspace', change);
  }

  /** Takes interactions in one batch; resolves with the actions that come of them. */
  async take(...interactions: Interaction[]): Promise<Action[]> {
    const before = (await this.#read('actions')).length;
    for (const interaction of interactions) this.#append(interaction.customerId, interaction);
    while (await this.#processor.step());
    return (await this.#read('actions')).slice(before) as Action[];
  }

  async events(): Promise<RawEvent[]> {
    return (await this.#read('events.raw')) as RawEvent[];
  }

  async #process(key: string, value: object): Promise<void> {
    this.#append(key, value);
    while (await this.#processor.step());
  }

  #append(key: string, value: object): void {
    this.log.appendNow([{ topic: 'interactions', key, partition: PARTITION, value: JSON.stringify(value) }]);
  }

  async #read(topic: Topic): Promise<unknown[]> {
    const records = await this.log.read({ topic, partition: PARTITION, offset: 0, max: 10_000 });
    return records.map(({ value }) => JSON.parse(value) as unknown);
  }
}

export function delivered(actions: readonly Action[]): DeliverAction[] {
  return actions.filter((action) => action.type === 'deliver');
}

export function reported(actions: readonly Action[]): ReportAction[] {
  return actions.filter((action) => action.type === 'report');
}
