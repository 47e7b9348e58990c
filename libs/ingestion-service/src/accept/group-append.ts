import { WaymarkError, type NewRecord } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';

interface Waiting {
  records: readonly NewRecord[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface GroupAppendOptions {
  log: Pick<EventLog, 'append'>;
  /** Records waiting at most, or one call's where nothing waits; beyond it callers are turned away (P6). */
  queueMax: number;
  /** Records of one append at most. */
  groupMax: number;
}

/**
 * Group commit: while one append is on its way, what comes in gathers and goes with the next. A caller is answered when
 * its own records are durable (P4).
 */
export class GroupAppend {
  readonly #options: GroupAppendOptions;
  #waiting: Waiting[] = [];
  #queued = 0;
  #flushing: Promise<void> | undefined;

  constructor(options: GroupAppendOptions) {
    this.#options = options;
  }

  /** Resolves when the records are in the log. Rejects with OVERLOADED when too many wait, or with the log's error. */
  append(records: readonly NewRecord[]): Promise<void> {
    if (this.#queued > 0 && this.#queued + records.length > this.#options.queueMax) {
      const error = new WaymarkError(
        'OVERLOADED',
        'more events are coming in than can be written; send them again later',
        { retryAfterMs: 1_000 },
      );
      return Promise.reject(error);
    }
    this.#queued += records.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const records = group.flatMap((each) => each.records);
      try {
        await this.#options.log.append(records);
        for (const each of group) each.resolve();
      } catch (error) {
        for (const each of group) each.reject(error);
      }
      this.#queued -= records.length;
    }
    this.#flushing = undefined;
  }

  #takeGroup(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { records } of this.#waiting) {
      if (count > 0 && size + records.length > this.#options.groupMax) break;
      size += records.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
