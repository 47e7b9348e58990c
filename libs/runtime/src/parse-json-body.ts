import { JSON_DEPTH_MAX, WaymarkError, type Json } from '@waymark/contracts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A body's bytes as JSON that is safe to handle: valid UTF-8, at most 32 levels deep, without keys that reach into
 * prototypes. Throws INVALID_UTF8, MALFORMED_JSON, TOO_DEEP or FORBIDDEN_KEY.
 */
export function parseJsonBody(bytes: Uint8Array): Json {
  const value = parseJson(bytes);
  assertSafeJson(value);
  return value;
}

/** A body's bytes as JSON whose parts are still to be checked, each for itself. Throws INVALID_UTF8 or MALFORMED_JSON. */
export function parseJson(bytes: Uint8Array): Json {
  return parse(decode(bytes));
}

/** Throws TOO_DEEP or FORBIDDEN_KEY for JSON that is not safe to handle. */
export function assertSafeJson(value: Json): void {
  assertSafe(value, 1);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new WaymarkError('INVALID_UTF8', 'the body is not valid UTF-8', { cause });
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new WaymarkError(
      'MALFORMED_JSON',
      `the body is not JSON: ${(cause as Error).message.replace(/ in JSON.*|, (\.{3})?".*$/s, '')}`,
      { cause },
    );
  }
}

function assertSafe(value: Json, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > JSON_DEPTH_MAX)
    throw new WaymarkError('TOO_DEEP', `the body is nested more than ${JSON_DEPTH_MAX} levels deep`);
  if (Array.isArray(value)) return value.forEach((item) => assertSafe(item, depth + 1));
  for (const [key, item] of Object.entries(value)) {
    const isForbidden =
      key === '__proto__' ||
      (key === 'constructor' && typeof item === 'object' && item !== null && Object.hasOwn(item, 'prototype'));
    if (isForbidden) throw new WaymarkError('FORBIDDEN_KEY', `the key "${key}" is not allowed`);
    assertSafe(item, depth + 1);
  }
}
