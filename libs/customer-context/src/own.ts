/** The value an object itself has at a key: names come from outside, and every object inherits some (`toString`). */
export function own<T>(of: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
