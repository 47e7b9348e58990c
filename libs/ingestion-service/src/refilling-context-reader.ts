import type { CustomerId } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { ContextReader, HotContext, IngestionStore, WantedContext } from '@waymark/ports';

/** Reads the hot copy; what is missing there comes from the profiles in one query, and refills the hot copy. */
export class RefillingContextReader implements ContextReader {
  readonly #hot: HotContext;
  readonly #store: Pick<IngestionStore, 'profiles'>;

  constructor(hot: HotContext, store: Pick<IngestionStore, 'profiles'>) {
    this.#hot = hot;
    this.#store = store;
  }

  async read(wanted: readonly WantedContext[]): Promise<Map<CustomerId, CustomerContext>> {
    const newest = newestOfEach(wanted);
    const found = await this.#hot.get(newest);
    const missing = newest.map(({ customerId }) => customerId).filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const stored = await this.#store.profiles(missing);
    await this.#hot.put([...stored.values()]);
    for (const id of missing) found.set(id, stored.get(id) ?? emptyContext(id));
    return found;
  }
}

/** A customer asked for several times is wanted in the highest version. */
function newestOfEach(wanted: readonly WantedContext[]): WantedContext[] {
  const versions = new Map<CustomerId, number>();
  for (const { customerId, minVersion } of wanted)
    versions.set(customerId, Math.max(minVersion, versions.get(customerId) ?? 0));
  return [...versions].map(([customerId, minVersion]) => ({ customerId, minVersion }));
}
