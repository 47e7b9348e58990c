import type { HistoryEntry } from './journey-store.js';

/** R3: how many refusals by a journey's condition are kept of each customer, the newest. */
export const NOT_ELIGIBLE_MAX = 20;

/** A customer's history and refusals as one, oldest first, of one moment history before refusals; the newest `limit`. Each stays in its order. */
export function withNotEligible(
  history: readonly HistoryEntry[],
  refusals: readonly HistoryEntry[],
  limit: number,
): HistoryEntry[] {
  const left = [...refusals];
  const all = history.flatMap((entry) => {
    const next = left.findIndex(({ at }) => at >= entry.at);
    return [...left.splice(0, next < 0 ? left.length : next), entry];
  });
  return [...all, ...left].slice(Math.max(0, all.length + left.length - limit));
}
