import type { Json } from '@waymark/contracts';

export type Item = Readonly<Record<string, Json | undefined>>;

/**
 * Compares an exact list with what came, in time order, on the fields given. Returns the lines of a readable difference,
 * or none. Items that came at one moment (`at`) may be named in any order.
 */
export function listMismatch(name: string, expected: readonly Item[], came: readonly Item[]): string[] {
  if (fits(expected, came)) return [];
  const missing = expected.map(
    (item) => `  expected ${shown(item)}${came.some((other) => matches(item, other)) ? '' : '   <- did not come'}`,
  );
  const there = came.map(
    (item) => `  came     ${shown(item)}${expected.some((other) => matches(other, item)) ? '' : '   <- not expected'}`,
  );
  const order = expected.length === came.length ? ', not these or not in this order' : '';
  return [`${name}: expected ${expected.length}, came ${came.length}${order}`, ...missing, ...there];
}

/** Whether an item has the fields given, with these values. */
export function matches(expected: Item, came: Item): boolean {
  return Object.entries(expected).every(([key, value]) => value === undefined || isSame(value, came[key], key));
}

function fits(expected: readonly Item[], came: readonly Item[]): boolean {
  if (expected.length !== came.length) return false;
  for (let from = 0; from < came.length;) {
    const next = came.findIndex((item, i) => i > from && item['at'] !== came[from]!['at']);
    const to = next < 0 ? came.length : next;
    if (!canPair(expected.slice(from, to), came.slice(from, to))) return false;
    from = to;
  }
  return true;
}

/** Whether each expected item can have a different one of those that came: by augmenting paths, as the fields given may fit several. */
function canPair(expected: readonly Item[], came: readonly Item[]): boolean {
  const takenBy = new Map<number, number>();
  const place = (wanted: number, tried: Set<number>): boolean =>
    came.some((item, i) => {
      if (tried.has(i) || !matches(expected[wanted]!, item)) return false;
      tried.add(i);
      const other = takenBy.get(i);
      if (other !== undefined && !place(other, tried)) return false;
      takenBy.set(i, wanted);
      return true;
    });
  return expected.every((_, i) => place(i, new Set()));
}

function isSame(expected: Json, came: Json | undefined, key: string): boolean {
  if (came === undefined) return false;
  if (key === 'at' && typeof expected === 'string' && typeof came === 'string')
    return Date.parse(expected) === Date.parse(came);
  if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    return (
      typeof came === 'object' &&
      came !== null &&
      !Array.isArray(came) &&
      Object.entries(expected).every(([name, value]) => isSame(value, came[name], name))
    );
  }
  return JSON.stringify(expected) === JSON.stringify(came);
}

function shown(item: Item): string {
  return JSON.stringify(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)));
}
