/** What the system says of itself, over its API, when it has come to rest. */
export interface Observed {
  /** Message ids, by customer, in the order of `events`. */
  events: ReadonlyMap<string, readonly string[]>;
  /** Orders whose first receipt was asked for, by customer, in the order of `interactions` and of `actions`. */
  interactions: ReadonlyMap<string, readonly string[]>;
  actions: ReadonlyMap<string, readonly string[]>;
  contexts: ReadonlyMap<string, { orders: number; lastEcho: string | undefined }>;
  /** Messages that were settled otherwise than by being sent. */
  unsent: readonly Unsent[];
  /** One sentence each: instances that have not ended, messages that wait, partitions that lag or have stopped. */
  stuck: readonly string[];
  deadLetters: readonly string[];
  /** Repetitions that are said to differ from what was sent first; none does. */
  mismatches: number;
}

export interface Unsent {
  effect: string;
  state: string;
  reason: string;
  settledAt: number;
}
