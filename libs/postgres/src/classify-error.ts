import { WaymarkError } from '@waymark/contracts';

/** SQLSTATE classes and codes that may work when tried again: connection, rollback, resources, shutdown. */
const TRANSIENT = /^(08|40|57P0|53[234]|55P03)/;
const CHECK_VIOLATION = '23514';
const DISK_FULL = '53100';
const UNIQUE_VIOLATION = '23505';
/** A wrong user, password or database. */
const NOT_LET_IN = /^(28|3D)/;
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** What a driver error means. Errors of our own pass as they are. */
export function classifyPostgresError(thrown: unknown): WaymarkError {
  if (thrown instanceof WaymarkError) return thrown;
  const error = thrown as Error & { code?: string; constraint?: string; table?: string };
  const code = error.code ?? '';
  if (code === DISK_FULL || code === 'ENOSPC') {
    return new WaymarkError(
      'DISK_FULL',
      'the disk of the database is full: make room or enlarge it; what came in meanwhile is kept by its sender and tried again',
      { cause: error },
    );
  }
  if (code === UNIQUE_VIOLATION)
    return new WaymarkError('STATE_CONFLICT', 'a row was written by another partition first', { cause: error });
  // A row that no partition takes is told as a check violation without a constraint.
  if (code === CHECK_VIOLATION && error.constraint === undefined)
    return new WaymarkError(
      'STORE_UNAVAILABLE',
      `the table "${error.table}" has no partition for what is written now: housekeeping of journey-state makes it, or says in the log why it cannot; nothing is lost meanwhile`,
      { cause: error },
    );
  if (NOT_LET_IN.test(code))
    return new WaymarkError(
      'INVALID_CONFIGURATION',
      `the database does not let us in (${error.message}): check user, password and database name of DATABASE_URL`,
      { cause: error },
    );
  const isLost =
    SOCKET_CODES.has(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable/i.test(error.message);
  if (isLost || TRANSIENT.test(code))
    return new WaymarkError('STORE_UNAVAILABLE', `the database cannot be used now: ${code || error.message}`, {
      cause: error,
    });
  return new WaymarkError('DEFECT', `the database refused a statement: ${error.message}`, { cause: error });
}

/** Runs work against the database, its errors classified. */
export async function classified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw classifyPostgresError(error);
  }
}
