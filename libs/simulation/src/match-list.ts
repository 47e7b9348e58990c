import type { Json } from '@waymark/contracts';

type Item = Readonly<Record<string, Json | undefined>>;

/** Compares an exact, ordered list with what came, on the fields given. Resolves to the lines of a readable difference, or none. */
export function listMismatch(name: string, expected: readonly Item[], came: readonly Item[]): string[] {
  const fits = expected.length === came.length && expected.every((item, i) => matches(item, came[i]!));
  if (fits || matchesInSomeOrder(expected, came)) return [];
  return [`${name}: expected ${expected.length}, came ${came.length}`, ...expected.map((item) => `  expected ${shown(item)}`), ...came.map((item) => `  came     ${shown(item)}`)];
}

/** Within one instant any order is right: items that came at the same moment may be swapped. */
function matchesInSomeOrder(expected: readonly Item[], came: readonly Item[]): boolean {
  if (expected.length !== came.length) return false;
  const left = [...came];
  return expected.every((item) => {
    const moment = left[0]?.['at'];
    const i = left.findIndex((other) => matches(item, other) && (other['at'] === moment || moment === undefined));
    if (i < 0) return false;
    left.splice(i, 1);
    return true;
  });
}

/** Whether an item has the fields given, with these values. */
export function matches(expected: Item, came: Item): boolean {
  return Object.entries(expected).every(([key, value]) => value === undefined || isSame(value, came[key], key));
}

function isSame(expected: Json, came: Json | undefined, key: string): boolean {
  if (came === undefined) return false;
  if (key === 'at') return Date.parse(String(expected)) === Date.parse(String(came));
  if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    return typeof came === 'object' && came !== null && !Array.isArray(came) && Object.entries(expected).every(([name, value]) => isSame(value, came[name], name));
  }
  return JSON.stringify(expected) === JSON.stringify(came);
}

function shown(item: Item): string {
  return JSON.stringify(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)));
}
