import { WaymarkError } from '@waymark/contracts';

/** SQLSTATE classes that may work when tried again: connection, rollback, resources, shutdown. */
const TRANSIENT_STATE = /^(08|40|53|57P)/;
const SOCKET_CODE = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const LOST_CONNECTION =
  /connection (is closed|terminated|ended)|timeout exceeded when trying to connect|pool after calling end/i;

/** What an error of BullMQ or its driver means: a lost database is transient, everything else our own mistake. */
export function classifyQueueError(thrown: unknown): WaymarkError {
  if (thrown instanceof WaymarkError) return thrown;
  const { code = '', message } = thrown as Error & { code?: string };
  const isLost = TRANSIENT_STATE.test(code) || SOCKET_CODE.test(code) || LOST_CONNECTION.test(message);
  if (isLost)
    return new WaymarkError('STORE_UNAVAILABLE', `the job queue's database cannot be used now: ${code || message}`, {
      cause: thrown,
    });
  return new WaymarkError('DEFECT', `the job queue refused: ${message}`, { cause: thrown });
}

/** Runs work against the queue, its errors classified. */
export async function classified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw classifyQueueError(error);
  }
}
