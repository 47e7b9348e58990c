import type { BatchCommit, BatchStore, Progress } from '../batch-store.js';

/** A batch of one record that follows `from` and does nothing else but what `over` says. */
export function following<C>(from: Progress, over: Partial<BatchCommit<C>> = {}): BatchCommit<C> {
  const to = { ...from, version: from.version + 1, nextOffset: from.nextOffset + 1 };
  return { partition: 0, from, to, outputs: [], now: 0, ...over };
}

/** Saves a batch from the stored progress, as the partition's owner would. */
export async function saveNext<C>(
  store: BatchStore<C>,
  over: Partial<BatchCommit<C>> = {},
): Promise<'published' | 'pending'> {
  return store.save(following(await store.progress(over.partition ?? 0), over));
}
