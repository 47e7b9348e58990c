import { JSON_DEPTH_MAX, syntaxMistake, unsafeJson, WaymarkError, type Json } from '@waymark/contracts';

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
  const unsafe = unsafeJson(value, { what: 'the body', depthMax: JSON_DEPTH_MAX });
  if (unsafe) throw new WaymarkError(unsafe.code, unsafe.detail);
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
    throw new WaymarkError('MALFORMED_JSON', `the body is not JSON: ${syntaxMistake(cause as Error)}`, { cause });
  }
}
