/**
 * What a failure means to whoever meets it; every edge has one table of what it does with each.
 * - `invalid`: the input is wrong and stays wrong; say what and where, go on with the others.
 * - `conflict`: somebody else was first; reload and redo, bounded.
 * - `transient`: it may work later; back off and retry.
 * - `defect`: our own code is wrong; stop what is affected, loudly.
 */
export type FailureKind = 'invalid' | 'conflict' | 'transient' | 'defect';

/** The closed list of error codes, each with its kind. Codes are part of the public interface. */
export const ERROR_CODES = {
  MALFORMED_JSON: 'invalid',
  INVALID_BODY: 'invalid',
  INVALID_UTF8: 'invalid',
  TOO_DEEP: 'invalid',
  FORBIDDEN_KEY: 'invalid',
  OVERSIZE: 'invalid',
  MISSING_ID: 'invalid',
  INVALID_TIMESTAMP: 'invalid',
  UNKNOWN_SCHEMA_VERSION: 'invalid',
  SCHEMA_VIOLATION: 'invalid',
  UNAUTHORIZED: 'invalid',
  FORBIDDEN: 'invalid',
  NOT_FOUND: 'invalid',
  BAD_SIGNATURE: 'invalid',
  INVALID_RESOURCE: 'invalid',
  INVALID_CONFIGURATION: 'invalid',
  INVALID_RECORD: 'invalid',
  UNDO_EXPIRED: 'invalid',
  UNDO_DONE: 'invalid',
  DATA_FOLDER_VERSION: 'invalid',
  DATA_FOLDER_IN_USE: 'conflict',
  FENCED: 'conflict',
  STATE_CONFLICT: 'conflict',
  PORT_IN_USE: 'conflict',
  OVERLOADED: 'transient',
  NOT_READY: 'transient',
  STORE_UNAVAILABLE: 'transient',
  LOG_UNAVAILABLE: 'transient',
  PROVIDER_UNAVAILABLE: 'transient',
  DISK_FULL: 'transient',
  PROVIDER_REFUSED: 'invalid',
  LOG_MISMATCH: 'defect',
  DEFECT: 'defect',
} as const satisfies Record<string, FailureKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing wrong inside a request or file; `path` is a JSON pointer. */
export interface ErrorItem {
  path?: string;
  index?: number;
  /** Where it stands, for a file of a workspace; lines and columns from 1. */
  file?: string;
  line?: number;
  column?: number;
  code: string;
  detail: string;
}

/** The one error class. `message` says what was wrong, where, and what would be right. */
export class WaymarkError extends Error {
  readonly code: ErrorCode;
  readonly kind: FailureKind;
  readonly errors: readonly ErrorItem[];
  /** When a retry makes sense, in milliseconds from now; transient errors only. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; errors?: readonly ErrorItem[]; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'WaymarkError';
    this.code = code;
    this.kind = ERROR_CODES[code];
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The kind of any thrown value; what nobody classified is a defect. */
export function failureKind(error: unknown): FailureKind {
  return error instanceof WaymarkError ? error.kind : 'defect';
}
