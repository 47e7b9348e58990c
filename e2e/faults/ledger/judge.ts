import type { Call, OrderProperties } from '../traffic/make-traffic.js';
import { effectsOf, type Effect } from './expected-effects.js';
import { explain } from './explain-unknown.js';
import type { Injected, Received, Sent } from './ledger.js';
import type { Observed, Unsent } from './observed.js';

/** What a round is judged by. */
export interface Evidence {
  sent: readonly Sent[];
  received: readonly Received[];
  faults: readonly Injected[];
  observed: Observed;
}

export const CRIMES = [
  'lost',
  'doubled',
  'out of order',
  'timers missed',
  'timers doubled',
  'timers early',
  'stuck',
  'unknown without a fault',
  'dead letters',
  'mismatches',
] as const;
export type Crime = (typeof CRIMES)[number];

export interface Verdict {
  /** One sentence each; all empty when all is well. */
  crimes: Record<Crime, string[]>;
  /** Mails of which the system says that it cannot know, each with the fault that explains it. */
  unknown: string[];
  /** Messages that came again with their key, which a provider who honours keys takes once. */
  repeated: number;
  /** The most that a timer came after its time, in milliseconds. */
  timerLateMs: number;
}

export function isClean({ crimes }: Verdict): boolean {
  return CRIMES.every((crime) => crimes[crime].length === 0);
}

/** Compares what came out with what had to come of what went in. Pure. */
export function judge(evidence: Evidence): Verdict {
  const court = new Court(evidence);
  for (const sent of evidence.sent) court.hear(sent);
  court.strangers();
  court.orders();
  court.contexts();
  court.rest();
  return court.verdict;
}

class Court {
  readonly verdict: Verdict;
  readonly #evidence: Evidence;
  readonly #received = new Map<string, Received[]>();
  readonly #unsent: Map<string, Unsent>;
  readonly #expected = new Set<string>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    this.#unsent = new Map(evidence.observed.unsent.map((unsent) => [unsent.effect, unsent]));
    for (const received of evidence.received) {
      const earlier = this.#received.get(received.effect);
      if (earlier) earlier.push(received);
      else this.#received.set(received.effect, [received]);
    }
    const crimes = Object.fromEntries(CRIMES.map((crime) => [crime, [] as string[]])) as Verdict['crimes'];
    this.verdict = { crimes, unknown: [], repeated: 0, timerLateMs: 0 };
  }

  hear(sent: Sent): void {
    if (sent.acceptedAt === undefined) return this.#accuse('stuck', `${sent.call.messageId} was never taken`);
    for (const effect of effectsOf(sent.call)) {
      this.#expected.add(effect.id);
      this.#count(effect);
      this.#order(effect);
      this.#time(effect, sent);
    }
  }

  /** What nobody asked for. */
  strangers(): void {
    for (const effect of this.#received.keys())
      if (!this.#expected.has(effect)) this.#accuse('doubled', `${effect} came, and nobody had asked for it`);
  }

  /** What a customer did is one stream, in the order in which it was sent, on every topic. */
  orders(): void {
    const { sent, observed } = this.#evidence;
    const calls = sent.map(({ call }) => call);
    for (const [customer, hers] of byCustomer(calls)) {
      const placed = hers.flatMap(orderOf).map(({ order }) => order);
      this.#compare('events', customer, { wanted: hers.map(({ messageId }) => messageId), got: observed.events });
      this.#compare('interactions', customer, { wanted: placed, got: observed.interactions });
      this.#compare('actions', customer, { wanted: placed, got: observed.actions });
    }
  }

  /** What ingestion counts, and the trait that has been round the ring in the order of the events. */
  contexts(): void {
    const calls = this.#evidence.sent.map(({ call }) => call);
    for (const [customer, hers] of byCustomer(calls)) {
      const placed = hers.flatMap(orderOf);
      const echo = placed.findLast((order) => order.echo)?.order;
      const { orders = 0, lastEcho } = this.#evidence.observed.contexts.get(customer) ?? {};
      if (orders !== placed.length)
        this.#accuse(
          orders < placed.length ? 'lost' : 'doubled',
          `${customer} placed ${placed.length} orders, her profile has ${orders}`,
        );
      if (lastEcho !== echo)
        this.#accuse('out of order', `the last echo of ${customer} is ${echo}, her profile has ${lastEcho}`);
    }
  }

  rest(): void {
    const { stuck, deadLetters, mismatches } = this.#evidence.observed;
    for (const what of stuck) this.#accuse('stuck', what);
    for (const letter of deadLetters) this.#accuse('dead letters', letter);
    if (mismatches > 0) this.#accuse('mismatches', `${mismatches} repetitions are said to have had another body`);
  }

  /** A provider who honours keys may hear of one key again; two keys, or two mails, are two effects. */
  #count(effect: Effect): void {
    const received = this.#received.get(effect.id) ?? [];
    const keys = new Set(received.map(({ key }) => key)).size;
    const times = effect.channel === 'mail' ? received.length : keys;
    this.verdict.repeated += received.length - times;
    if (times > 1)
      this.#accuse(effect.timerMs === undefined ? 'doubled' : 'timers doubled', `${effect.id} came ${times} times`);
    const unsent = this.#unsent.get(effect.id);
    if (unsent?.state === 'unknown' && effect.channel === 'mail') return this.#unknown(unsent, times);
    if (times === 0)
      this.#accuse(
        effect.timerMs === undefined ? 'lost' : 'timers missed',
        `${effect.id} of ${effect.messageId} did not come${unsent ? ` (${unsent.state}: ${unsent.reason})` : ''}`,
      );
    else if (unsent) this.#accuse('lost', `${effect.id} came, and is said to be ${unsent.state}: ${unsent.reason}`);
  }

  /** At most once: it came or it did not, and the system says that it does not know. Only a fault may bring it to that. */
  #unknown(unsent: Unsent, times: number): void {
    const fault = explain(unsent, this.#evidence.faults);
    const what = `${unsent.effect} ${times === 0 ? 'did not come' : 'came'}: ${unsent.reason}`;
    if (fault) this.verdict.unknown.push(`${what}; explained by ${fault.kind} of ${fault.target}`);
    else this.#accuse('unknown without a fault', what);
  }

  #order({ id, after }: Effect): void {
    const [first] = this.#received.get(id) ?? [];
    if (after === undefined || !first) return;
    const [earlier] = this.#received.get(after) ?? [];
    const { received } = this.#evidence;
    if (!earlier || received.indexOf(earlier) > received.indexOf(first))
      this.#accuse('out of order', `${id} came before ${after}`);
  }

  #time({ id, timerMs }: Effect, { firstSentAt, acceptedAt }: Sent): void {
    const [first] = this.#received.get(id) ?? [];
    if (timerMs === undefined || !first) return;
    if (first.at < firstSentAt + timerMs)
      this.#accuse('timers early', `${id} came ${first.at - firstSentAt} ms after its call`);
    this.verdict.timerLateMs = Math.max(this.verdict.timerLateMs, first.at - acceptedAt! - timerMs);
  }

  #compare(
    topic: string,
    customer: string,
    { wanted, got }: { wanted: readonly string[]; got: ReadonlyMap<string, readonly string[]> },
  ): void {
    const found = got.get(customer) ?? [];
    const known = new Set(found);
    for (const missing of wanted.filter((each) => !known.has(each)))
      this.#accuse('lost', `${missing} of ${customer} is not on ${topic}`);
    if (known.size !== found.length) this.#accuse('doubled', `${topic} has something of ${customer} twice`);
    const came = wanted.filter((each) => known.has(each));
    const at = came.findIndex((each, i) => found[i] !== each);
    if (at >= 0) this.#accuse('out of order', `${topic} of ${customer}: ${found[at]} where ${came[at]} was sent`);
  }

  #accuse(crime: Crime, what: string): void {
    this.verdict.crimes[crime].push(what);
  }
}

function byCustomer(calls: readonly Call[]): Map<string, Call[]> {
  const lists = new Map<string, Call[]>();
  for (const call of calls) {
    const list = lists.get(call.customer);
    if (list) list.push(call);
    else lists.set(call.customer, [call]);
  }
  return lists;
}

function orderOf({ said }: Call): OrderProperties[] {
  return said.type === 'track' && said.event === 'Order Placed' ? [said.properties] : [];
}
