import { logLevel, type LogEntry } from 'kafkajs';

/** How long, in milliseconds, the same message is not repeated. */
const REPEATED_AFTER_MS = 30_000;
/** Messages remembered at most. */
const REMEMBERED_MAX = 100;
/** What reaches a caller, or is told by whoever made the consumer, anyway. */
const TOLD_ELSEWHERE = /^(Response |Crash: |Restarting the consumer|Failed to send messages)/;

/** Gives what kafkajs logs as an error to `onWarning`, each message once in a while; the rest of its log is dropped. */
export function forwardErrors(
  onWarning: (error: Error) => void,
  now: () => number = () => performance.now(),
): (entry: Pick<LogEntry, 'level' | 'log'>) => void {
  const toldAt = new Map<string, number>();
  return ({ level, log }) => {
    if (level !== logLevel.ERROR || TOLD_ELSEWHERE.test(log.message)) return;
    const at = now();
    if (at - (toldAt.get(log.message) ?? -Infinity) < REPEATED_AFTER_MS) return;
    if (toldAt.size >= REMEMBERED_MAX) toldAt.clear();
    toldAt.set(log.message, at);
    onWarning(new Error(`the Kafka client: ${log.message}`));
  };
}
