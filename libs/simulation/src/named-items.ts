import type { Item } from './match-list.js';

/**
 * What a scenario has named already, list by list. Kept by content and not by position: two services, or two partitions,
 * may make items of one moment in either order, so that a new item can stand before one that was named.
 */
export class NamedItems<L extends string> {
  readonly #named = new Map<L, readonly Item[]>();

  /** From now on these items count as named. */
  name(list: L, items: readonly Item[]): void {
    this.#named.set(list, [...items]);
  }

  /** Those of the items that have not been named, in their order. */
  unnamed(list: L, items: readonly Item[]): Item[] {
    const left = new Map<string, number>();
    for (const item of this.#named.get(list) ?? []) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1);
    return items.filter((item) => {
      const count = left.get(keyOf(item)) ?? 0;
      if (count > 0) left.set(keyOf(item), count - 1);
      return count === 0;
    });
  }
}

function keyOf(item: Item): string {
  return JSON.stringify(item);
}
