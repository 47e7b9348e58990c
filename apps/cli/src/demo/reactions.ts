import type { JsonObject } from '@waymark/contracts';
import type { Mail, OutsideWorld, PartnerCall } from './outside-world.js';
import { Seeded } from './seeded.js';

/** What people and partners do because of a message, some ticks after it. */
export type Reaction =
  | { type: 'outcome'; actionId: string; outcome: 'opened' | 'clicked' }
  | { type: 'respond'; customer: string; offer: string; outcome: 'accepted' | 'declined' }
  | { type: 'undo'; customer: string; offer: string }
  | { type: 'call'; call: JsonObject };

/** Watches what reaches the outside and says what comes of it, always the same for the same seed. */
export class Reactions {
  readonly #seeded: Seeded;
  readonly #outside: OutsideWorld;
  readonly #seen = new WeakSet<Mail | PartnerCall>();
  readonly #planned = new Map<number, { key: string; reaction: Reaction }[]>();

  constructor(seed: number, outside: OutsideWorld) {
    this.#seeded = new Seeded(seed);
    this.#outside = outside;
  }

  /** Takes in what was delivered up to this tick. */
  observe(tick: number): void {
    for (const mail of this.#outside.mails.values()) if (this.#isNew(mail)) this.#ofMail(tick, mail);
    for (const call of this.#outside.calls.values())
      if (this.#isNew(call) && call.path === '/partner') this.#ofTransfer(tick, call);
  }

  /** What is done in a tick, in a fixed order. */
  due(tick: number): Reaction[] {
    const due = this.#planned.get(tick) ?? [];
    this.#planned.delete(tick);
    return due.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ reaction }) => reaction);
  }

  /** Somebody whose beans run low answers what the inbox says. */
  beansRunLow(tick: number, customer: string): void {
    const accepts = this.#seeded.chance(0.65, customer, 'accepts refill');
    const undoes = this.#seeded.chance(0.15, customer, 'undoes refill');
    const at = tick + this.#seeded.between(6, 40, customer, 'answers refill');
    this.#plan(at, customer, {
      type: 'respond',
      customer,
      offer: 'refill-bag',
      outcome: accepts ? 'accepted' : 'declined',
    });
    if (undoes) this.#plan(at + 3, customer, { type: 'undo', customer, offer: 'refill-bag' });
  }

  #ofMail(tick: number, { actionId }: Mail): void {
    if (!this.#seeded.chance(0.42, actionId, 'opens')) return;
    const opened = tick + this.#seeded.between(3, 60, actionId, 'opens at');
    this.#plan(opened, actionId, { type: 'outcome', actionId, outcome: 'opened' });
    if (this.#seeded.chance(0.2, actionId, 'clicks'))
      this.#plan(opened + 1, actionId, { type: 'outcome', actionId, outcome: 'clicked' });
  }

  #ofTransfer(tick: number, { actionId, body }: PartnerCall): void {
    if (!this.#seeded.chance(0.85, actionId, 'confirms')) return;
    const at = tick + this.#seeded.between(12, 100, actionId, 'confirms at');
    const call = {
      type: 'track',
      userId: String(body['customer']),
      event: 'Transfer Confirmed',
      messageId: `${actionId}-confirmed`,
      properties: { move_id: String(body['reference']), first_delivery: 'Wednesday' },
    };
    this.#plan(at, actionId, { type: 'call', call });
  }

  #plan(tick: number, key: string, reaction: Reaction): void {
    this.#planned.set(tick, [...(this.#planned.get(tick) ?? []), { key: `${key} ${reaction.type}`, reaction }]);
  }

  #isNew(message: Mail | PartnerCall): boolean {
    if (this.#seen.has(message)) return false;
    this.#seen.add(message);
    return true;
  }
}
