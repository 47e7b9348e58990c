import type { NewRecord } from '@waymark/contracts';
import type { EventLog } from '@waymark/ports';

interface Call {
  records: readonly NewRecord[];
  resolve(): void;
  reject(error: unknown): void;
}

/** A log whose appends end only when the test says so. */
export class GatedLog implements Pick<EventLog, 'append'> {
  /** Every append ever begun. */
  readonly calls: Call[] = [];
  #ended = 0;
  #begun: (() => void) | undefined;

  append(records: readonly NewRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.calls.push({ records, resolve, reject });
      this.#begun?.();
    });
  }

  /** Resolves when an append is on its way. */
  async begun(): Promise<void> {
    if (this.isBusy) return;
    await new Promise<void>((resolve) => (this.#begun = resolve));
  }

  get isBusy(): boolean {
    return this.calls.length > this.#ended;
  }

  /** Keys of the records of every append. */
  get keys(): string[][] {
    return this.calls.map(({ records }) => records.map(({ key }) => key));
  }

  succeed(): void {
    this.calls[this.#ended++]?.resolve();
  }

  fail(error: unknown): void {
    this.calls[this.#ended++]?.reject(error);
  }
}

/** Lets everything that is ready to run do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
