import type { Injected } from './ledger.js';
import type { Unsent } from './observed.js';

/** How long after a fault has healed its last traces may be settled, in milliseconds. */
const AFTERMATH_MS = 15_000;

/** Faults of a server after which a partition of dispatch changes hands, or nobody knows whether a claim was committed. */
const OF_SERVERS = ['kafka-restart', 'postgres-restart', 'connections-cut', 'commit-unanswered'];
/** Faults that end, or hold, the process which hands over: its answers are lost, or too late. */
const OF_DISPATCH = ['kill', 'term', 'rebalance', 'zombie', 'stutter'];

/** The fault that has interrupted a hand-over, if there was one at that time. */
export function explain({ settledAt }: Unsent, faults: readonly Injected[]): Injected | undefined {
  return faults.find(
    ({ kind, target, startedAt, healedAt }) =>
      (OF_SERVERS.includes(kind) || (OF_DISPATCH.includes(kind) && target.startsWith('action-dispatch'))) &&
      settledAt >= startedAt &&
      settledAt <= healedAt + AFTERMATH_MS,
  );
}
