/**
 * Which letters have been redriven, by the marks on `dead-letters`.
 *
 * Every question reads on to where the topic ends now, so the answer holds whichever process made the mark. The first one
 * reads the whole topic, later ones what has come since. Nothing is kept but the ids, the newest `MARKS_MAX` of them: an
 * older letter is told as not redriven, and redriving it again is then stopped by its reader alone, if it still remembers it.
 */
import type { LetterId } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';
import { letterRecord, MARK_KEY } from './letter-record.js';

/** Letters remembered as redriven at most (P6). */
const MARKS_MAX = 100_000;
/** Records of one read. */
const READ_MAX = 500;

export class RedriveMarks {
  readonly #log: EventLog;
  readonly #marksMax: number;
  readonly #at = new Map<LetterId, string>();
  readonly #offsets: number[];
  #reading: Promise<unknown> = Promise.resolve();

  constructor(log: EventLog, { marksMax = MARKS_MAX } = {}) {
    this.#log = log;
    this.#marksMax = marksMax;
    this.#offsets = Array.from({ length: log.partitions }, () => 0);
  }

  /** When a letter was redriven, by all marks there are; ISO 8601. One question at a time reads. */
  async upToNow(): Promise<(id: LetterId) => string | undefined> {
    const reading = this.#reading.then(() => this.#readOn());
    this.#reading = reading.catch(() => undefined);
    await reading;
    return (id) => this.#at.get(id);
  }

  async #readOn(): Promise<void> {
    for (const partition of this.#offsets.keys()) {
      const end = await this.#log.endOffset({ topic: 'dead-letters', partition });
      while (this.#offsets[partition]! < end && (await this.#readSome(partition)));
    }
  }

  async #readSome(partition: number): Promise<boolean> {
    const from = { topic: 'dead-letters', partition, offset: this.#offsets[partition]!, max: READ_MAX } as const;
    const records = await this.#log.read(from);
    for (const record of records) {
      this.#offsets[partition] = record.offset + 1;
      if (record.key !== MARK_KEY) continue;
      const read = letterRecord(record);
      if (read.is === 'mark') for (const id of read.mark.letters) this.#remember(id, read.mark.at);
    }
    return records.length > 0;
  }

  /** The first mark of a letter says when its record was appended. */
  #remember(id: LetterId, at: string): void {
    if (this.#at.has(id)) return;
    this.#at.set(id, at);
    for (const oldest of this.#at.keys()) {
      if (this.#at.size <= this.#marksMax) break;
      this.#at.delete(oldest);
    }
  }
}
