export interface LanesOptions<T> {
  /** How many batches are on their way at once at most. */
  lanes: number;
  /** Items of one batch at most. */
  batchMax: number;
  /** Items that wait in one lane at most. */
  queueMax: number;
  /** Must not reject. */
  send: (items: readonly T[]) => Promise<void>;
}

interface Lane<T> {
  waiting: T[];
  /** Until its queue is empty; undefined while it has nothing to do. */
  running: Promise<void> | undefined;
  /** Whoever waits for room. */
  roomFor: (() => void)[];
}

/**
 * Sends items in batches, several at once. Items of one key always take the same lane and one batch of a lane is on its way
 * at a time, so what one person does arrives in order. Bounded: `add` waits while its lane is full.
 */
export class Lanes<T> {
  readonly #options: LanesOptions<T>;
  readonly #lanes: readonly Lane<T>[];

  constructor(options: LanesOptions<T>) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({ waiting: [], running: undefined, roomFor: [] }));
  }

  /** Resolves when the item has its place, not when it is sent. */
  async add(key: string, item: T): Promise<void> {
    const lane = this.#lanes[hash(key) % this.#lanes.length]!;
    while (lane.waiting.length >= this.#options.queueMax)
      await new Promise<void>((room) => void lane.roomFor.push(room));
    lane.waiting.push(item);
    lane.running ??= this.#run(lane);
  }

  /** Resolves when everything that was added is sent. */
  async idle(): Promise<void> {
    await Promise.all(this.#lanes.map(async ({ running }) => running));
  }

  async #run(lane: Lane<T>): Promise<void> {
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, this.#options.batchMax);
      for (const room of lane.roomFor.splice(0)) room();
      await this.#options.send(batch);
    }
    lane.running = undefined;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
