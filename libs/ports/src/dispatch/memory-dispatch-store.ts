import { WaymarkError, type ActionId, type CustomerId, type EpochMs } from '@waymark/contracts';
import type { BatchCommit } from '../batch-store.js';
import { MemoryBatchStore } from '../memory-batch-store.js';
import { withoutNul } from '../without-nul.js';
import type {
  CountedContact,
  Delivery,
  DeliveryState,
  DispatchChanges,
  DispatchState,
  DispatchStore,
  InboxMessage,
  Suppression,
} from './dispatch-store.js';

const COUNTS: readonly DeliveryState[] = ['claimed', 'retrying', 'sent', 'unknown'];

/** Dispatch's store in memory. */
export class MemoryDispatchStore extends MemoryBatchStore<DispatchChanges> implements DispatchStore {
  readonly #deliveries = new Map<ActionId, { partition: number; delivery: Delivery }>();
  readonly #suppressions = new Map<string, Suppression>();
  readonly #people = new Map<CustomerId, number>();
  readonly #inbox = new Map<ActionId, InboxMessage>();

  async load({
    partition,
    actionIds,
    customerIds,
    inFlight,
    now,
    dueMax,
    contactsSince,
    holding,
  }: Parameters<DispatchStore['load']>[0]): Promise<DispatchState> {
    const open = this.#open(partition).sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
    const due = open
      .filter(
        (delivery) =>
          delivery.state !== 'claimed' && (isReleased(delivery, holding) || (delivery.dueAt ?? Infinity) <= now),
      )
      .slice(0, dueMax);
    const orphans = open
      .filter(({ state, actionId }) => state === 'claimed' && !inFlight.includes(actionId))
      .slice(0, dueMax);
    const asked = await this.deliveriesOf(actionIds);
    const deliveries = [
      ...new Map([...asked.values(), ...due, ...orphans].map((delivery) => [delivery.actionId, delivery])).values(),
    ];
    const customers = new Set([...customerIds, ...deliveries.map(({ customerId }) => customerId)]);
    return {
      deliveries,
      contacts: this.#contacts(customers, contactsSince),
      suppressions: [...this.#suppressions.values()].filter(({ customerId }) => customers.has(customerId)),
    };
  }

  async personClaims(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, number>> {
    return new Map(customerIds.flatMap((id) => (this.#people.has(id) ? [[id, this.#people.get(id)!] as const] : [])));
  }

  async contacts(customerIds: readonly CustomerId[], since: EpochMs): Promise<CountedContact[]> {
    return this.#contacts(new Set(customerIds), since);
  }

  async nextDueAt(
    partition: number,
    { inFlight, holding }: Parameters<DispatchStore['nextDueAt']>[1],
  ): Promise<EpochMs | undefined> {
    const due = this.#open(partition).flatMap((delivery) => {
      const { state, actionId, dueAt } = delivery;
      if (state === 'claimed') return inFlight.includes(actionId) ? [] : [0];
      if (isReleased(delivery, holding)) return [0];
      return dueAt === undefined ? [] : [dueAt];
    });
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async deliveriesOf(actionIds: readonly ActionId[]): Promise<Map<ActionId, Delivery>> {
    const found = new Map<ActionId, Delivery>();
    for (const id of actionIds) {
      const delivery = this.#deliveries.get(id)?.delivery;
      if (delivery) found.set(id, delivery);
    }
    return found;
  }

  async deliveries(customerId: CustomerId, limit: number): Promise<Delivery[]> {
    const its = this.#all().filter((delivery) => delivery.customerId === customerId);
    return its.sort((a, b) => requestedAt(b) - requestedAt(a) || (a.actionId < b.actionId ? -1 : 1)).slice(0, limit);
  }

  async deliveryCounts(): Promise<{ channel: string; state: DeliveryState; reason?: string; count: number }[]> {
    const counts = new Map<string, { channel: string; state: DeliveryState; reason?: string; count: number }>();
    for (const { channel, state, reason } of this.#all()) {
      const told = state === 'failed' ? undefined : reason;
      const key = `${channel} ${state} ${told ?? ''}`;
      counts.set(key, {
        channel,
        state,
        ...(told !== undefined && { reason: told }),
        count: (counts.get(key)?.count ?? 0) + 1,
      });
    }
    return [...counts.values()];
  }

  async heldCount(journeyId: string): Promise<number> {
    return this.#all().filter(
      ({ heldFor, state }) => heldFor === journeyId && (state === 'queued' || state === 'retrying'),
    ).length;
  }

  async suppressions(limit: number): Promise<Suppression[]> {
    return [...this.#suppressions.values()].sort((a, b) => b.at - a.at).slice(0, limit);
  }

  async suppress(suppressions: readonly Suppression[]): Promise<void> {
    for (const suppression of suppressions) {
      const key = `${suppression.channel} ${suppression.customerId}`;
      const known = this.#suppressions.get(key)?.reason;
      if (known === undefined || (known === 'complaint' && suppression.reason === 'hard-bounce'))
        this.#suppressions.set(key, suppression);
    }
  }

  async putInInbox(message: InboxMessage): Promise<void> {
    if (this.#inbox.has(message.actionId)) return;
    const { subject, body, ...rest } = message;
    this.#inbox.set(message.actionId, {
      ...rest,
      body: withoutNul(body),
      ...(subject !== undefined && { subject: withoutNul(subject) }),
    });
  }

  async inbox(customerId: CustomerId, limit: number): Promise<InboxMessage[]> {
    const its = [...this.#inbox.values()].filter((message) => message.customerId === customerId);
    return its.sort((a, b) => b.at - a.at).slice(0, limit);
  }

  protected check({ people = [] }: DispatchChanges): void {
    const outrun = people.find(({ customerId, expected }) => (this.#people.get(customerId) ?? 0) !== expected);
    if (outrun)
      throw new WaymarkError('STATE_CONFLICT', `${outrun.customerId} was contacted from another partition meanwhile`);
  }

  protected apply({ deliveries, people = [] }: DispatchChanges, { partition }: BatchCommit<DispatchChanges>): void {
    for (const { reason, ...rest } of deliveries) {
      const delivery = { ...rest, reason: reason === undefined ? undefined : withoutNul(reason) };
      this.#deliveries.set(delivery.actionId, { partition, delivery });
    }
    for (const { customerId, expected } of people) this.#people.set(customerId, expected + 1);
  }

  #all(): Delivery[] {
    return [...this.#deliveries.values()].map(({ delivery }) => delivery);
  }

  #open(of: number): Delivery[] {
    const its = [...this.#deliveries.values()]
      .filter(({ partition }) => partition === of)
      .map(({ delivery }) => delivery);
    return its.filter(({ state }) => state === 'queued' || state === 'retrying' || state === 'claimed');
  }

  #contacts(customers: ReadonlySet<CustomerId>, since: EpochMs): CountedContact[] {
    return this.#all().flatMap(({ state, customerId, channel, settledAt, dueAt, action }) => {
      const at = settledAt ?? dueAt ?? 0;
      const isCounted = COUNTS.includes(state) && (action.class === 'marketing' || action.class === 'service');
      if (!isCounted || !customers.has(customerId) || at < since) return [];
      return [
        {
          customerId,
          channel,
          class: action.class,
          categories: action.categories,
          journeyId: action.cause.journeyId,
          at,
        },
      ];
    });
  }
}

function requestedAt({ action }: Delivery): EpochMs {
  return Date.parse(action.requestedAt);
}

function isReleased({ heldFor }: Delivery, holding: readonly string[]): boolean {
  return heldFor !== undefined && !holding.includes(heldFor);
}
