import type { LogRecord } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';
import { letterRecord, type LetterRecord } from './letter-record.js';

/** Records of one read. */
const WINDOW = 100;

/** One partition of `dead-letters` from an offset backwards. */
export class LettersBackwards {
  readonly #log: EventLog;
  readonly #partition: number;
  /** Read and not yet taken, oldest first. */
  #window: LogRecord[] = [];
  /** Everything at this offset and above has been read. */
  #readFrom: number;
  #below: number;

  constructor(log: EventLog, { partition, below }: { partition: number; below: number }) {
    this.#log = log;
    this.#partition = partition;
    this.#readFrom = below;
    this.#below = below;
  }

  /** The offset above which everything was taken: where to begin another time. 0 at the partition's beginning. */
  get below(): number {
    return this.#below;
  }

  /** The newest record not yet taken; undefined at the beginning. */
  async newest(): Promise<LetterRecord | undefined> {
    if (this.#window.length === 0 && this.#readFrom > 0) await this.#readBack();
    const record = this.#window.at(-1);
    if (record) return letterRecord(record);
    this.#below = 0;
    return undefined;
  }

  take(): void {
    this.#below = this.#window.pop()?.offset ?? 0;
  }

  /** A read may give fewer records than there are. Where none of the window are there, older ones are gone too. */
  async #readBack(): Promise<void> {
    const end = this.#readFrom;
    const begin = Math.max(0, end - WINDOW);
    const read: LogRecord[] = [];
    for (let offset = begin; offset < end;) {
      const from = { topic: 'dead-letters', partition: this.#partition, offset, max: end - offset } as const;
      const some = await this.#log.read(from);
      read.push(...some.filter((record) => record.offset < end));
      offset = some.length === 0 ? end : some.at(-1)!.offset + 1;
    }
    this.#window = read;
    this.#readFrom = read.length === 0 ? 0 : begin;
  }
}
