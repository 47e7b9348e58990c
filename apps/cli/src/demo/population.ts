import type { JsonObject } from '@waymark/contracts';
import { Seeded } from './seeded.js';

/** The simulated week is cut into ticks: nobody does more than one thing in a tick, so that the order of things never depends on speed. */
export const TICK_MS = 15 * 60_000;
export const TICKS_AN_HOUR = 4;
export const TICKS_A_DAY = 24 * TICKS_AN_HOUR;
export const TICKS = 7 * TICKS_A_DAY;

/** One call of the Segment API, and the tick in which it is made. */
export interface Happening {
  tick: number;
  call: JsonObject;
}

export interface WeekOptions {
  seed: number;
  customers: number;
  /** Milliseconds since 1970: midnight UTC of the first day. */
  start: number;
  /** What their ids begin with: `c` by default. Other ids are other people, with other lives. */
  prefix?: string;
}

const FIRST_NAMES = [
  'Ada',
  'Bruno',
  'Chloé',
  'Dimitri',
  'Elif',
  'Fatou',
  'Giulia',
  'Henrik',
  'Inès',
  'Jonas',
  'Keiko',
  'Liam',
  'Maya',
  'Noor',
  'Olga',
  'Paolo',
  'Quentin',
  'Rosa',
  'Sven',
  'Tariq',
];
const ZONES = [
  'Europe/Paris',
  'Europe/Paris',
  'Europe/Paris',
  'Europe/London',
  'Europe/Athens',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
];
const CITIES = ['Lille', 'Lyon', 'Nantes', 'Porto', 'Bristol', 'Graz'];
const BEANS = [
  { product_id: 'yirgacheffe', name: 'Yirgacheffe 250 g', price: 12.5 },
  { product_id: 'santos', name: 'Santos 500 g', price: 15.0 },
  { product_id: 'huila', name: 'Huila 250 g', price: 11.0 },
  { product_id: 'decaf', name: 'Decaf 250 g', price: 10.5 },
  { product_id: 'filters', name: 'Paper filters', price: 4.0 },
  { product_id: 'kettle', name: 'Gooseneck kettle', price: 69.0 },
];
/** Share of the day's activity by hour of the customer's day. */
const RHYTHM = [1, 0, 0, 0, 0, 1, 3, 6, 8, 7, 6, 5, 6, 6, 5, 4, 4, 5, 7, 8, 9, 8, 5, 2];

/** The happenings of a whole week, in order of ticks; the same for the same options. */
export function generateWeek(options: WeekOptions): Happening[] {
  const seeded = new Seeded(options.seed);
  const all = Array.from({ length: options.customers }, (_, i) =>
    new Person(`${options.prefix ?? 'c'}${String(i + 1).padStart(5, '0')}`, seeded, options.start).week(),
  );
  return all
    .flat()
    .sort((a, b) => a.tick - b.tick || ((a.call['messageId'] as string) < (b.call['messageId'] as string) ? -1 : 1));
}

class Person {
  readonly #id: string;
  readonly #seeded: Seeded;
  readonly #start: number;
  readonly #taken = new Set<number>();
  readonly #happenings: Happening[] = [];
  #known: boolean;
  /** The first day on which she is known by her name. */
  #since = 0;

  constructor(id: string, seeded: Seeded, start: number) {
    this.#id = id;
    this.#seeded = seeded;
    this.#start = start;
    this.#known = seeded.chance(0.6, id, 'known');
  }

  week(): Happening[] {
    if (this.#known) this.#introduce(this.#tick(0, 'hello'));
    else this.#anonymous();
    this.#visits();
    this.#orders();
    this.#life();
    return this.#happenings;
  }

  /** Looks around without a name first, and signs up in the middle of it. */
  #anonymous(): void {
    const visits = this.#seeded.between(1, 4, this.#id, 'anonymous visits');
    for (let i = 0; i < visits; i += 1)
      this.#visit(this.#tick(0, 'anonymous', i), { anonymousId: `device-${this.#id}` }, i);
    const signUp = this.#tick(1, 'sign up');
    if (!this.#chance(0.7, 'signs up')) return;
    this.#introduce(signUp);
    this.#track(this.#after(signUp, 1), 'Signed Up', { source: 'web' });
    this.#known = true;
    this.#since = 2;
  }

  #introduce(tick: number): void {
    const pick = <T>(list: readonly T[], name: string): T => this.#seeded.pick(list, this.#id, name);
    const firstName = pick(FIRST_NAMES, 'name');
    const traits: JsonObject = {
      email: `${this.#id}@example.com`,
      firstName,
      timezone: pick(ZONES, 'zone'),
      plan: pick(['none', 'monthly', 'fortnightly'], 'plan'),
      roast: pick(['light', 'medium', 'dark'], 'roast'),
    };
    this.#add(tick, { type: 'identify', anonymousId: `device-${this.#id}`, traits });
    if (this.#chance(0.8, 'consents'))
      this.#track(this.#after(tick, 1), 'Consent Updated', {
        channel: 'email',
        purpose: 'marketing',
        status: 'granted',
      });
    if (this.#chance(0.25, 'agency'))
      this.#track(this.#after(tick, 2), 'Agency Updated', {
        category: pick(['*', 'refill'], 'category'),
        level: pick(['curate', 'coach', 'automate'], 'level'),
        source: 'preferences',
      });
  }

  #visits(): void {
    const visits = this.#seeded.between(3, 11, this.#id, 'visits');
    for (let i = 0; i < visits; i += 1) this.#visit(this.#tick(this.#day(0, 6, 'visit', i), 'visit', i), {}, i);
  }

  #visit(tick: number, who: JsonObject, i: number): void {
    const product = this.#seeded.pick(BEANS, this.#id, 'looks at', tick, i);
    if (this.#seeded.chance(0.5, this.#id, 'page', tick))
      this.#add(tick, { ...this.#who(), ...who, type: 'page', name: 'Shop' });
    this.#add(this.#after(tick, 1), {
      ...this.#who(),
      ...who,
      type: 'track',
      event: 'Product Viewed',
      properties: product,
    });
  }

  #orders(): void {
    const carts = this.#known ? this.#seeded.between(0, 2, this.#id, 'carts') : 0;
    for (let i = 0; i < carts; i += 1) {
      const tick = this.#tick(this.#day(0, 6, 'cart day', i), 'cart', i);
      const cart = `${this.#id}-cart-${i}`;
      const product = this.#seeded.pick(BEANS, this.#id, 'buys', i);
      this.#track(tick, 'Product Added', { cart_id: cart, quantity: 1, ...product });
      if (this.#chance(0.55, 'checks out', i))
        this.#track(this.#after(tick, this.#seeded.between(2, 20, this.#id, 'decides', i)), 'Order Completed', {
          order_id: `${cart}-order`,
          cart_id: cart,
          revenue: product.price,
        });
      else if (this.#chance(0.1, 'empties', i)) this.#track(this.#after(tick, 5), 'Cart Emptied', { cart_id: cart });
    }
  }

  /** What happens to people: beans run low, they move, take up a habit, leave, complain. */
  #life(): void {
    if (!this.#known) return;
    if (this.#chance(0.22, 'beans'))
      this.#track(this.#tick(this.#day(2, 5, 'beans day'), 'beans'), 'Beans Running Low', {
        days_left: this.#seeded.between(1, 5, this.#id, 'days left'),
        machine_id: `k-${this.#id}`,
      });
    if (this.#chance(0.05, 'moves'))
      this.#track(this.#tick(this.#day(0, 4, 'move day'), 'move'), 'Move Announced', {
        move_id: `move-${this.#id}`,
        city: this.#seeded.pick(CITIES, this.#id, 'city'),
      });
    if (this.#chance(0.12, 'goal')) this.#goal();
    if (this.#chance(0.06, 'leaves'))
      this.#track(this.#tick(this.#day(1, 4, 'leave day'), 'leave'), 'Subscription Cancelled', {
        reason: this.#seeded.pick(['too much', 'price', 'taste'], this.#id, 'reason'),
      });
    if (this.#chance(0.02, 'complains'))
      this.#track(this.#tick(this.#day(2, 6, 'complaint day'), 'complaint'), 'Complaint Raised', {
        topic: 'late',
      });
  }

  /** A cup a day and more; whoever has had six has reached it. */
  #goal(): void {
    const tick = this.#tick(this.#since, 'goal');
    this.#track(tick, 'Brew Goal Set', { cups_per_week: this.#seeded.between(2, 6, this.#id, 'cups') });
    const cups = this.#seeded.between(0, 7, this.#id, 'brews');
    const brews = Array.from({ length: cups }, (_, i) => this.#tick(Math.min(6, this.#since + 1 + i), 'brew', i));
    for (const brew of brews) this.#track(brew, 'Brew Logged', { method: 'V60', minutes: 3 });
    const sixth = brews.sort((a, b) => a - b)[5];
    if (sixth !== undefined) this.#track(this.#after(sixth, 1), 'Brew Goal Reached', { cups });
  }

  /** A day from one to another, but not before she is known. */
  #day(from: number, to: number, ...names: (string | number)[]): number {
    return this.#seeded.between(Math.max(from, this.#since), to, this.#id, ...names);
  }

  #chance(share: number, ...names: (string | number)[]): boolean {
    return this.#seeded.chance(share, this.#id, ...names);
  }

  #who(): JsonObject {
    return this.#known ? { userId: this.#id } : { anonymousId: `device-${this.#id}` };
  }

  #track(tick: number, event: string, properties: JsonObject): void {
    this.#add(tick, { type: 'track', userId: this.#id, event, properties });
  }

  #add(tick: number, call: JsonObject): void {
    if (tick >= TICKS) return;
    const timestamp = new Date(this.#start + tick * TICK_MS).toISOString();
    const who: JsonObject = call['type'] === 'identify' ? { userId: this.#id } : {};
    this.#happenings.push({ tick, call: { ...call, ...who, messageId: `${this.#id}-${tick}`, timestamp } });
  }

  /** A free tick of a day, by the daily rhythm. */
  #tick(day: number, ...names: (string | number)[]): number {
    const total = RHYTHM.reduce((sum, share) => sum + share, 0);
    let left = this.#seeded.unit(this.#id, 'hour', day, ...names) * total;
    const hour = RHYTHM.findIndex((share) => (left -= share) < 0);
    const quarter = this.#seeded.between(0, TICKS_AN_HOUR - 1, this.#id, 'minute', day, ...names);
    return this.#free(day * TICKS_A_DAY + hour * TICKS_AN_HOUR + quarter);
  }

  #after(tick: number, ticks: number): number {
    return this.#free(tick + ticks);
  }

  #free(from: number): number {
    let tick = from;
    while (this.#taken.has(tick)) tick += 1;
    this.#taken.add(tick);
    return tick;
  }
}
