import { SCHEMA_VERSION, type LogRecord, type WorkspaceChange } from '@waymark/contracts';
import type { Decoded } from './topology.js';

/** What a zod schema of a topic's records offers; the processor needs no more of it. */
interface RecordSchema<R> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: R | WorkspaceChange }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

/** Decodes a record by its topic's schema. Never throws: bytes that are no record become `invalid`, with what is wrong. */
export function decodeRecord<R extends { type: string }>({ value }: LogRecord, schema: RecordSchema<R>): Decoded<R> {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    return { type: 'invalid', code: 'MALFORMED_JSON', detail: (error as Error).message };
  }
  const version = (json as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    return {
      type: 'invalid',
      code: 'UNKNOWN_SCHEMA_VERSION',
      detail: `schema version ${version} is not known to this program, which knows ${SCHEMA_VERSION}`,
    };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const detail = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return { type: 'invalid', code: 'INVALID_RECORD', detail };
  }
  return isWorkspaceChange(parsed.data)
    ? { type: 'workspace', change: parsed.data }
    : { type: 'record', record: parsed.data };
}

function isWorkspaceChange(record: { type: string }): record is WorkspaceChange {
  return record.type === 'workspace';
}
