import type { ActionId, CustomerId, EpochMs } from '@waymark/contracts';
import {
  MemoryDispatchStore,
  type CountedContact,
  type Delivery,
  type DispatchChanges,
  type DispatchState,
  type DispatchStore,
} from '@waymark/ports';
import { DueKeys } from './due-keys.js';

/**
 * Dispatch's store for a population: what is on its way, and of what has left only what counts under caps, as far back as
 * they look. No provider bounces anything, so that no address is ever suppressed.
 */
export class LeanDispatchStore extends MemoryDispatchStore {
  readonly due = new DueKeys<ActionId>();
  readonly #open = new Map<ActionId, Delivery>();
  readonly #contacts = new Map<CustomerId, Map<ActionId, CountedContact>>();

  override async load({
    actionIds,
    customerIds,
    now,
    dueMax,
    contactsSince,
  }: Parameters<DispatchStore['load']>[0]): Promise<DispatchState> {
    const deliveries = new Map<ActionId, Delivery>();
    for (const id of [...actionIds, ...this.due.due(now, dueMax)]) {
      const delivery = this.#open.get(id);
      if (delivery) deliveries.set(id, delivery);
    }
    const customers = new Set(customerIds);
    for (const { customerId } of deliveries.values()) customers.add(customerId);
    const contacts = [...customers].flatMap((id) => this.#contactsOf(id, contactsSince));
    return { deliveries: [...deliveries.values()], contacts, suppressions: [] };
  }

  override async contacts(customerIds: readonly CustomerId[], since: EpochMs): Promise<CountedContact[]> {
    return customerIds.flatMap((id) => this.#contactsOf(id, since));
  }

  override async nextDueAt(): Promise<EpochMs | undefined> {
    return this.due.nextAt();
  }

  /** One batch after the other: nobody claims from elsewhere meanwhile. */
  protected override check(): void {
    return;
  }

  protected override apply({ deliveries }: DispatchChanges): void {
    for (const delivery of deliveries) {
      const { actionId, state, dueAt } = delivery;
      const waits = state === 'queued' || state === 'retrying';
      if (waits || state === 'claimed') this.#open.set(actionId, delivery);
      else this.#open.delete(actionId);
      this.due.set(actionId, waits ? dueAt : undefined);
      this.#count(delivery);
    }
  }

  #count({ actionId, customerId, channel, state, action, settledAt, dueAt }: Delivery): void {
    const counts = state === 'claimed' || state === 'retrying' || state === 'sent' || state === 'unknown';
    if (!counts || (action.class !== 'marketing' && action.class !== 'service')) {
      this.#contacts.get(customerId)?.delete(actionId);
      return;
    }
    let its = this.#contacts.get(customerId);
    if (!its) this.#contacts.set(customerId, (its = new Map<ActionId, CountedContact>()));
    const { categories } = action;
    const at = settledAt ?? dueAt ?? 0;
    its.set(actionId, { customerId, channel, class: action.class, categories, journeyId: action.cause.journeyId, at });
  }

  #contactsOf(id: CustomerId, since: EpochMs): CountedContact[] {
    const its = this.#contacts.get(id);
    if (!its) return [];
    for (const [actionId, { at }] of its) if (at < since && !this.#open.has(actionId)) its.delete(actionId);
    if (its.size === 0) this.#contacts.delete(id);
    return [...its.values()];
  }
}
