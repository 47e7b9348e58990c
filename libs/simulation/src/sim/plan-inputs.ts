import type { EpochMs, JsonObject } from '@waymark/contracts';
import type { Random } from './random.js';

/** One thing that somebody outside does, in milliseconds from the start. */
export type Input = { afterMs: number } & (
  | { how: 'call'; call: SentCall; /** A message that must have been taken first. */ behind?: string }
  /** Written to `events.raw` by somebody else's producer, with the calls in this order. */
  | { how: 'produced'; calls: readonly SentCall[] }
  /** Somebody says that whoever turned out to be this customer is not. */
  | { how: 'undo'; userId: string }
  /** Bytes that are no record. */
  | { how: 'poison'; key: string; value: string }
);

/** A call of Segment's API with everything that chance might otherwise decide. */
export interface SentCall extends JsonObject {
  type: 'track' | 'identify';
  messageId: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What customers do in the time given: some of it repeated, late, or out of order. */
export function planInputs(random: Random, span: Span): Input[] {
  const plan = new InputPlan(random, span);
  for (const customer of span.customers) plan.customer(customer);
  if (random.chance(0.2)) plan.visitor();
  else if (random.fork('mistaken').chance(0.25)) plan.mistakenVisitor();
  if (random.chance(0.2)) plan.poison();
  return plan.inputs.sort((a, b) => a.afterMs - b.afterMs);
}

export interface Span {
  customers: readonly string[];
  start: EpochMs;
  ms: number;
}

class InputPlan {
  readonly inputs: Input[] = [];
  readonly #random: Random;
  readonly #span: Span;
  #made = 0;

  constructor(random: Random, span: Span) {
    this.#random = random;
    this.#span = span;
  }

  customer(id: string): void {
    const random = this.#random;
    if (random.chance(0.9)) this.#track(id, 'Signed Up', { plan: random.pick(['pro', 'free', 'none']) });
    for (let i = random.between(0, 2); i > 0; i -= 1) this.#track(id, 'Browsed', { page: random.between(1, 9) });
    for (let i = random.between(0, 1); i > 0; i -= 1) this.#order(id);
    if (random.chance(0.3)) this.#ring(id);
    if (random.chance(0.15)) this.#track(id, 'Gone', {});
    if (random.chance(0.4)) this.#changeHerMind(id);
  }

  /** Somebody not known by name yet, who later says who she is: her keys are in different partitions. */
  visitor(): void {
    const anonymousId = 'visitor-1';
    for (let i = this.#random.between(1, 2); i > 0; i -= 1)
      this.#send({ type: 'track', anonymousId, event: 'Browsed', properties: { page: i } });
    this.#send({ type: 'identify', userId: 'vera', anonymousId, traits: { name: 'Vera' } });
    this.#send({ type: 'track', userId: 'vera', event: 'Browsed', properties: { page: 0 } });
  }

  /** Somebody who is taken for another, and then is not, and then may be again; both go on living. */
  mistakenVisitor(): void {
    const anonymousId = 'visitor-1';
    const ids: JsonObject[] = [{ anonymousId }, { userId: 'vera' }];
    const granted = { channel: 'post', purpose: 'marketing', status: 'granted' };
    const merged = this.#moment();
    const around = (): number => Math.max(0, merged + this.#random.between(-20, 20) * MINUTE_MS);
    const soon = (): number => this.#random.pick([0, 1, 5, 60, 600]) * SECOND_MS;
    for (const who of ids) {
      this.#send({ type: 'track', ...who, event: 'Consent Updated', properties: granted }, 0);
      this.#send({ type: 'track', ...who, event: 'Signed Up', properties: { plan: 'pro' } }, around());
      for (let i = this.#random.between(1, 3); i > 0; i -= 1)
        this.#send({ type: 'track', ...who, event: 'Browsed', properties: { page: i } }, around());
      if (this.#random.chance(0.5)) this.#send({ type: 'track', ...who, event: 'Rang', properties: {} }, around());
    }
    for (let i = this.#random.between(1, 2), at = merged; i > 0; i -= 1) {
      this.#send({ type: 'identify', userId: 'vera', anonymousId, traits: { name: 'Vera' } }, at);
      for (let asked = this.#random.between(1, 2); asked > 0; asked -= 1)
        this.inputs.push({ how: 'undo', afterMs: (at += soon()), userId: 'vera' });
      at += soon();
    }
  }

  poison(): void {
    const value = this.#random.pick(['{not json', '[]', '{"schemaVersion":1,"type":"track"}', '{"schemaVersion":9}']);
    this.inputs.push({ how: 'poison', afterMs: this.#moment(), key: 'ada', value });
  }

  #track(userId: string, event: string, properties: JsonObject): void {
    this.#send({ type: 'track', userId, event, properties });
  }

  #order(userId: string): void {
    const order = `${userId}-${this.#made}`;
    const properties = { order_id: order };
    const placed = this.#call({ type: 'track', userId, event: 'Order Placed', properties });
    const afterMs = this.#moment();
    this.inputs.push({ how: 'call', afterMs, call: placed });
    if (!this.#random.chance(0.6)) return;
    const shipped = this.#call({ type: 'track', userId, event: 'Order Shipped', properties });
    const later = afterMs + this.#random.between(0, HOUR_MS);
    this.inputs.push({ how: 'call', afterMs: later, call: shipped, behind: placed.messageId });
  }

  #ring(userId: string): void {
    const afterMs = this.#moment();
    const rang = this.#call({ type: 'track', userId, event: 'Rang', properties: {} });
    const answered = this.#call({ type: 'track', userId, event: 'Answered', properties: {} });
    this.inputs.push({ how: 'call', afterMs, call: rang });
    this.inputs.push({ how: 'call', afterMs: afterMs + this.#random.between(0, 5) * MINUTE_MS, call: answered });
  }

  #changeHerMind(userId: string): void {
    const properties = {
      channel: this.#random.pick(['post', 'post', 'mail']),
      purpose: this.#random.pick(['marketing', 'marketing', 'service']),
      status: this.#random.pick(['withdrawn', 'denied']),
    };
    this.#send({ type: 'track', userId, event: 'Consent Updated', properties });
  }

  #send(of: Omit<SentCall, 'messageId'>, afterMs = this.#moment()): void {
    const random = this.#random;
    const late = random.chance(0.2) && { timestamp: this.#stamp(afterMs - random.between(0, 2 * HOUR_MS)) };
    const call = this.#call({ ...of, ...late });
    if (random.chance(0.25)) this.inputs.push({ how: 'produced', afterMs, calls: this.#producedTimes(call) });
    else this.inputs.push({ how: 'call', afterMs, call });
    if (random.chance(0.25)) this.inputs.push({ how: 'call', afterMs: this.#moment(), call });
  }

  /** A producer that does not know whether its record was taken sends it again. */
  #producedTimes(call: SentCall): SentCall[] {
    return Array.from({ length: this.#random.between(1, 3) }, () => call);
  }

  #call(of: Omit<SentCall, 'messageId'>): SentCall {
    this.#made += 1;
    return { ...of, messageId: `m-${this.#made}` } as SentCall;
  }

  #stamp(afterMs: number): string {
    return new Date(this.#span.start + afterMs).toISOString();
  }

  #moment(): number {
    return this.#random.between(0, this.#span.ms);
  }
}
