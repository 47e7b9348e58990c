import { Random } from '../random.js';

/** What each order asks for beside its two receipts. */
export interface OrderProperties {
  order: string;
  remind: boolean;
  echo: boolean;
  mail: boolean;
  offer: boolean;
}

export const LINKS = ['one', 'two', 'three'] as const;
export type Link = (typeof LINKS)[number];

export type Said =
  | { type: 'identify'; traits: { email: string } }
  | { type: 'track'; event: 'Order Placed'; properties: OrderProperties }
  | { type: 'track'; event: 'Chain Begun'; properties: { chain: string } }
  | { type: 'track'; event: 'Chain Link'; properties: { chain: string; link: Link } };

/** One thing that a customer does, once, however often it is sent. */
export interface Call {
  messageId: string;
  customer: string;
  said: Said;
  /** How long before it is sent it happened, in milliseconds. */
  agoMs: number;
}

const CUSTOMERS = 40;
const LATE_MS_MAX = 3 * 86_400_000;
const SHARES = { chain: 0.2, late: 0.2, remind: 0.3, echo: 0.3, mail: 0.15, offer: 0.3 };

/**
 * What all customers do, in order: at least `count` calls, every chain that is begun being ended. The ids are numbered from
 * `from` on.
 */
export function makeTraffic({ seed, count, from = 0 }: { seed: number; count: number; from?: number }): Call[] {
  const random = new Random(seed);
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => `customer-${i}`);
  const calls: Call[] = [];
  const chains = new Map<string, { chain: string; links: number }>();
  const next = (): number => from + calls.length;
  const add = (customer: string, said: Said): void => {
    const agoMs = random.chance(SHARES.late) ? random.below(LATE_MS_MAX) : 0;
    calls.push({ messageId: `call-${next()}`, customer, said, agoMs });
  };
  const link = (customer: string): void => {
    const { chain, links } = chains.get(customer)!;
    add(customer, { type: 'track', event: 'Chain Link', properties: { chain, link: LINKS[links]! } });
    if (links + 1 === LINKS.length) chains.delete(customer);
    else chains.set(customer, { chain, links: links + 1 });
  };
  for (const customer of customers) add(customer, { type: 'identify', traits: { email: `${customer}@example.com` } });
  while (calls.length < count) {
    const customer = random.pick(customers);
    const isChain = random.chance(SHARES.chain);
    if (!isChain) add(customer, orderOf(`o-${next()}`, random));
    else if (chains.has(customer)) link(customer);
    else {
      const chain = `c-${next()}`;
      chains.set(customer, { chain, links: 0 });
      add(customer, { type: 'track', event: 'Chain Begun', properties: { chain } });
    }
  }
  for (const customer of [...chains.keys()]) while (chains.has(customer)) link(customer);
  return calls;
}

function orderOf(order: string, random: Random): Said {
  const { remind, echo, mail, offer } = SHARES;
  const properties = {
    order,
    remind: random.chance(remind),
    echo: random.chance(echo),
    mail: random.chance(mail),
    offer: random.chance(offer),
  };
  return { type: 'track', event: 'Order Placed', properties };
}
