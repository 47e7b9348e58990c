import { SERVICES } from '@waymark/contracts';
import type { Cluster } from '../cluster/cluster.js';
import type { Ledger } from '../ledger/ledger.js';
import { until } from '../until.js';

interface Status {
  partitions: { service: string; partition: number; nextOffset: number; lag: number }[];
  outbox: number;
  stopped: { service: string; partition: number; error: string }[];
}

/** Of a delivery, that nothing more will happen to it. */
const SETTLED = ['sent', 'failed', 'suppressed', 'unknown'];
/** Nothing has moved for so long that nothing will: longer than a retry whose wake-up was lost waits, in milliseconds. */
const STILL_MS = 75_000;
const REST_MS_MAX = 600_000;

/**
 * Resolves when the ring is at rest, seen twice: nothing to read, nothing to publish, no instance under way, no message on its
 * way. Or when nothing has moved for long: then with one sentence for each thing that is stuck.
 */
export async function comeToRest(cluster: Cluster, partitions: number, ledger: Ledger): Promise<string[]> {
  let seen = '';
  let movedAt = performance.now();
  let restingAt: string | undefined;
  return until('the ring to come to rest', REST_MS_MAX, async () => {
    const look = await lookAt(cluster, partitions).catch((error: unknown) => ({ at: '', waiting: [String(error)] }));
    const now = `${look.at} ${ledger.received.length}`;
    if (now !== seen) movedAt = performance.now();
    seen = now;
    if (look.waiting.length > 0) {
      restingAt = undefined;
      return performance.now() - movedAt > STILL_MS ? look.waiting : undefined;
    }
    if (restingAt === now) return [];
    restingAt = now;
    return undefined;
  });
}

async function lookAt(cluster: Cluster, partitions: number): Promise<{ at: string; waiting: string[] }> {
  const status = await cluster.api<Status>('ingestion', '/api/status');
  const journeys = await cluster.api<{ id: string; active: number }[]>('journey-state', '/api/journeys');
  const deliveries = await cluster.api<{ channel: string; state: string; count: number }[]>(
    'action-dispatch',
    '/api/deliveries/counts',
  );
  const missing = SERVICES.length * partitions - status.partitions.length;
  const waiting = [
    ...(missing > 0 ? [`${missing} partitions are nobody's`] : []),
    ...status.stopped.map(({ service, partition, error }) => `${service}/${partition} has stopped: ${error}`),
    ...status.partitions
      .filter(({ lag }) => lag > 0)
      .map(({ service, partition, lag }) => `${service}/${partition} is ${lag} records behind`),
    ...(status.outbox > 0 ? [`${status.outbox} batches wait in an outbox`] : []),
    ...journeys
      .filter(({ active }) => active > 0)
      .map(({ id, active }) => `${active} instances of ${id} have not ended`),
    ...deliveries
      .filter(({ state }) => !SETTLED.includes(state))
      .map(({ channel, state, count }) => `${count} messages by ${channel} are ${state}`),
  ];
  return { at: status.partitions.map(({ nextOffset }) => nextOffset).join(), waiting };
}
