import type { Channel } from '@waymark/contracts';
import type { Delivery } from '@waymark/ports';
import { Counter } from './counter.js';
import type { ChannelFigures } from './report.js';

const HOUR_MS = 3_600_000;

/** Sums what leaves by one channel, hour by hour. */
export class ChannelTally {
  readonly #channel: Pick<Channel, 'id' | 'type'>;
  readonly #hours = new Map<number, number>();
  readonly #capped = new Counter();
  #sent = 0;
  #failed = 0;
  #suppressed = 0;

  constructor(channel: Pick<Channel, 'id' | 'type'>) {
    this.#channel = channel;
  }

  message({ state, settledAt, reason, rule }: Delivery): void {
    if (state === 'suppressed') {
      this.#suppressed += 1;
      if (reason === 'CAP') this.#capped.add(rule ?? reason);
    } else if (state === 'sent') {
      this.#sent += 1;
      const hour = Math.floor(settledAt! / HOUR_MS);
      this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + 1);
    } else this.#failed += 1;
  }

  figures(): ChannelFigures {
    const { id, type } = this.#channel;
    return {
      id,
      type,
      sent: this.#sent,
      failed: this.#failed,
      suppressed: this.#suppressed,
      capped: this.#capped.sorted(),
      perHour: this.#perHour(),
      peak: this.#peak(),
    };
  }

  #perHour(): ChannelFigures['perHour'] {
    if (this.#hours.size === 0) return undefined;
    let first = Infinity;
    let last = -Infinity;
    for (const hour of this.#hours.keys()) {
      first = Math.min(first, hour);
      last = Math.max(last, hour);
    }
    const counts = Array.from({ length: last - first + 1 }, (_, i) => this.#hours.get(first + i) ?? 0);
    return { from: iso(first), counts };
  }

  /** The earliest of the fullest hours. */
  #peak(): ChannelFigures['peak'] {
    let peak: { at: number; count: number } | undefined;
    for (const [at, count] of this.#hours)
      if (!peak || count > peak.count || (count === peak.count && at < peak.at)) peak = { at, count };
    return peak && { hour: iso(peak.at), count: peak.count };
  }
}

function iso(hour: number): string {
  return new Date(hour * HOUR_MS).toISOString();
}
