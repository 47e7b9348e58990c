/**
 * What has been fetched of one partition and not been processed yet.
 *
 *   (nowhere) --position--> [start ... records ... next) --read--> start moves up --add--> next moves up
 *       ^                          |
 *       '--------- forget ---------'
 *
 * - It holds, without gaps, all records there are from `start` (the offset its reader was last at) up to `next` (where the
 *   fetching goes on).
 * - A read keeps what it gives: only a later read, from a higher offset, says that it was processed. So one that failed
 *   finds it again.
 * - It is full when a limit is reached, and takes no more; drained when both have fallen below half, and fetching goes on.
 *   It holds more bytes than its limit by one record at most (P6).
 */
import type { KafkaMessage } from 'kafkajs';

export const BUFFER_RECORDS_MAX = 10_000;
export const BUFFER_BYTES_MAX = 8 * 1024 * 1024;
/** What a record takes beside its key and value, roughly. */
const RECORD_OVERHEAD_BYTES = 200;

type Buffered = Pick<KafkaMessage, 'offset' | 'key' | 'value'>;

export class PartitionBuffer<M extends Buffered = KafkaMessage> {
  #range: { start: number; next: number } | undefined;
  /** In the order of offsets; those before `#head` are dropped already. */
  #records: M[] = [];
  #head = 0;
  #bytes = 0;

  /** The offset the next fetched batch has to begin at; undefined when nowhere. */
  get next(): number | undefined {
    return this.#range?.next;
  }

  get isFull(): boolean {
    return this.#length >= BUFFER_RECORDS_MAX || this.#bytes >= BUFFER_BYTES_MAX;
  }

  get isDrained(): boolean {
    return this.#length <= BUFFER_RECORDS_MAX / 2 && this.#bytes <= BUFFER_BYTES_MAX / 2;
  }

  /** Whether a read from `offset` on can be answered, be it with nothing. */
  holds(offset: number): boolean {
    return this.#range !== undefined && this.#range.start <= offset && offset <= this.#range.next;
  }

  /** Whether a read from `offset` on gives something. */
  hasFrom(offset: number): boolean {
    const last = this.#records.at(-1);
    return this.holds(offset) && this.#length > 0 && last !== undefined && Number(last.offset) >= offset;
  }

  /** Empties it, for a reader at `start`; fetching goes on at `next`, from `start` on there is nothing before. */
  position({ start, next }: { start: number; next: number }): void {
    this.forget();
    this.#range = { start, next };
  }

  forget(): void {
    this.#range = undefined;
    this.#records = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  /**
   * Takes a batch that begins at `next` and ends with `last`, which may be above its last record's offset; when it gets
   * full on the way, the first part of it. Returns the offset up to which it took it.
   */
  add(records: readonly M[], last: number): number {
    const range = this.#range;
    if (!range) return last;
    for (const record of records) {
      if (this.isFull) return range.next - 1;
      this.#records.push(record);
      this.#bytes += sizeOf(record);
      range.next = Number(record.offset) + 1;
    }
    range.next = last + 1;
    return last;
  }

  /** Drops what is below `offset`, and gives what follows, `max` at most; nothing when it does not hold that. */
  read(offset: number, max: number): M[] {
    if (!this.#range || !this.holds(offset)) return [];
    this.#range.start = offset;
    while (this.#length > 0 && Number(this.#records[this.#head]!.offset) < offset) {
      this.#bytes -= sizeOf(this.#records[this.#head]!);
      this.#head += 1;
    }
    if (this.#head > this.#length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return this.#records.slice(this.#head, this.#head + max);
  }

  get #length(): number {
    return this.#records.length - this.#head;
  }
}

function sizeOf({ key, value }: Buffered): number {
  return RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
}
