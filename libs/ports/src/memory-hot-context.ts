import type { CustomerId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { HotContext, WantedContext } from './hot-context.js';

/** The hot context in this process's memory: the least recently used customers are forgotten beyond `customersMax`. */
export class MemoryHotContext implements HotContext {
  /** In order of use: a Map keeps the order of insertion, and a read inserts anew. */
  readonly #contexts = new Map<CustomerId, CustomerContext>();
  readonly #customersMax: number;

  constructor(options: { customersMax: number }) {
    this.#customersMax = options.customersMax;
  }

  async get(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>> {
    const found = new Map<CustomerId, CustomerContext>();
    for (const { customerId, minVersion } of wanted) {
      const context = this.#contexts.get(customerId);
      if (!context || context.version < minVersion) continue;
      this.#contexts.delete(customerId);
      this.#contexts.set(customerId, context);
      found.set(customerId, context);
    }
    return found;
  }

  async put(contexts: readonly CustomerContext[]): Promise<void> {
    for (const context of contexts) {
      const known = this.#contexts.get(context.id);
      if (known && known.version >= context.version) continue;
      this.#contexts.delete(context.id);
      this.#contexts.set(context.id, context);
    }
    for (const oldest of this.#contexts.keys()) {
      if (this.#contexts.size <= this.#customersMax) break;
      this.#contexts.delete(oldest);
    }
  }

  async drop(customerIds: readonly CustomerId[]): Promise<void> {
    for (const id of customerIds) this.#contexts.delete(id);
  }
}
