import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { WeekFigures } from './report.js';

const WEEK_MS = 7 * 86_400_000;
const MOST_MAX = 5;

/** How many messages a customer gets in a week. Of each customer only the week in hand is kept, of weeks past only how many had how many. */
export class WeekTally {
  readonly #start: EpochMs;
  readonly #current = new Map<CustomerId, { week: number; messages: number }>();
  /** At place n the customer-weeks with n messages. */
  readonly #weeksWith: number[] = [];
  #most: { customer: CustomerId; week: number; messages: number }[] = [];

  constructor(start: EpochMs) {
    this.#start = start;
  }

  add(customer: CustomerId, at: EpochMs): void {
    const week = Math.floor((at - this.#start) / WEEK_MS);
    const current = this.#current.get(customer);
    if (current?.week === week) current.messages += 1;
    else {
      if (current) this.#close(customer, current);
      this.#current.set(customer, { week, messages: 1 });
    }
  }

  /** Closes all weeks in hand. */
  figures(): WeekFigures {
    for (const [customer, current] of this.#current) this.#close(customer, current);
    this.#current.clear();
    const customerWeeks = this.#weeksWith.reduce((sum, count) => sum + count, 0);
    return {
      customerWeeks,
      p50: this.#quantile(0.5, customerWeeks),
      p95: this.#quantile(0.95, customerWeeks),
      max: Math.max(0, this.#weeksWith.length - 1),
      most: this.#most.map(({ customer, week, messages }) => ({
        customer,
        weekFrom: new Date(this.#start + week * WEEK_MS).toISOString(),
        messages,
      })),
    };
  }

  #close(customer: CustomerId, { week, messages }: { week: number; messages: number }): void {
    while (this.#weeksWith.length <= messages) this.#weeksWith.push(0);
    this.#weeksWith[messages]! += 1;
    const least = this.#most[MOST_MAX - 1];
    if (least && least.messages > messages) return;
    this.#most.push({ customer, week, messages });
    this.#most.sort((a, b) => b.messages - a.messages || a.week - b.week || (a.customer < b.customer ? -1 : 1));
    this.#most.length = Math.min(this.#most.length, MOST_MAX);
  }

  /** The least number of messages that the given share of the customer-weeks does not exceed. */
  #quantile(share: number, all: number): number {
    let seen = 0;
    const place = this.#weeksWith.findIndex((count) => (seen += count) >= share * all && seen > 0);
    return Math.max(0, place);
  }
}
