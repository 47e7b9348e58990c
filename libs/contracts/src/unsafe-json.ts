import type { Json, JsonObject } from './json.js';

/** A finding, in a sentence. */
export interface UnsafeJson {
  code: 'TOO_DEEP' | 'FORBIDDEN_KEY';
  detail: string;
}

/**
 * What makes JSON unsafe to handle: more levels than `depthMax`, or a key that reaches into prototypes; undefined if nothing
 * does. `what` begins the sentence. However deep the JSON is, the stack is not.
 */
export function unsafeJson(
  value: Json,
  { what, depthMax }: { what: string; depthMax: number },
): UnsafeJson | undefined {
  const find = (part: Json, depth: number): UnsafeJson | undefined => {
    if (!isContainer(part)) return undefined;
    if (depth > depthMax) return { code: 'TOO_DEEP', detail: `${what} is nested more than ${depthMax} levels deep` };
    if (Array.isArray(part)) return first(part, (item) => find(item, depth + 1));
    return first(Object.keys(part), (key) => {
      const item = part[key]!;
      if (isForbidden(key, item)) return { code: 'FORBIDDEN_KEY', detail: `the key "${key}" is not allowed` };
      return find(item, depth + 1);
    });
  };
  return find(value, 1);
}

function first<T>(items: readonly T[], find: (item: T) => UnsafeJson | undefined): UnsafeJson | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

function isContainer(part: Json): part is Json[] | JsonObject {
  return typeof part === 'object' && part !== null;
}

function isForbidden(key: string, item: Json): boolean {
  return key === '__proto__' || (key === 'constructor' && isContainer(item) && Object.hasOwn(item, 'prototype'));
}

/** What a JSON parser said of a text, without the piece of it that V8 quotes: it may hold personal data. */
export function syntaxMistake({ message }: Error): string {
  return message.replace(/ in JSON.*|, (\.{3})?".*$/s, '');
}
