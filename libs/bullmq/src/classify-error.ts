import { WaymarkError } from '@waymark/contracts';

/** SQLSTATE classes that may work when tried again: connection, rollback, resources, shutdown. */
const TRANSIENT_STATE = /^(08|40|53|57P)/;
const SOCKET_CODE = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const LOST_CONNECTION =
  /connection (is closed|terminated|ended)|timeout exceeded when trying to connect|pool after calling end/i;
/** A Redis that was not connected to, or was lost before it answered. */
const LOST_REDIS = /^(Stream isn't writeable|Reached the max retries|Command aborted due to connection close)/;
/** What a Redis says that cannot do it now: full, loading, busy, without its disk, or not the primary. */
const REDIS_NOT_NOW = /^(OOM|LOADING|BUSY|MISCONF|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|UNBLOCKED) /;

/** What an error of BullMQ or its driver means: a lost store is transient, everything else our own mistake. */
export function classifyQueueError(thrown: unknown): WaymarkError {
  if (thrown instanceof WaymarkError) return thrown;
  const { code = '', message } = thrown as Error & { code?: string };
  const isLost =
    TRANSIENT_STATE.test(code) ||
    SOCKET_CODE.test(code) ||
    [LOST_CONNECTION, LOST_REDIS, REDIS_NOT_NOW].some((words) => words.test(message));
  if (isLost)
    return new WaymarkError('STORE_UNAVAILABLE', `the job queue's store cannot be used now: ${code || message}`, {
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
