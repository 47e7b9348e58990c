import { SERVICES } from '@waymark/contracts';
import type { PlatformStatus } from '@waymark/platform';
import { channelsSay } from './channels-say.js';

/** What one look at something says. */
export interface Verdict {
  check: string;
  ok: boolean;
  says: string;
}

/** A record older than this is being worked through too slowly, or not at all. */
const LAG_MAX = 10_000;
/** Batches whose outputs wait for the log; each partition has one at most while all is well. */
const OUTBOX_MAX = 500;
/** Milliseconds between two clocks. */
const SKEW_MAX_MS = 5_000;

/** What a running system's status means. `nowMs` is this machine's clock. */
export function verdictsOf(status: PlatformStatus, nowMs: number): Verdict[] {
  return [
    { check: 'system', ok: true, says: `Waymark ${status.version}, PostgreSQL ${status.postgres}` },
    ...status.servers,
    migrations(status),
    processes(status),
    partitions(status),
    lag(status),
    outbox(status),
    workspace(status),
    { check: 'channels', ok: status.unset.length === 0, says: channelsSay(status.unset) },
    clock(status, nowMs),
  ];
}

function migrations({ migrations: { missing, newer } }: PlatformStatus): Verdict {
  const says = [
    missing.length > 0 && `missing: ${missing.join(', ')}; run "waymark migrate"`,
    newer.length > 0 && `from a newer version: ${newer.join(', ')}`,
  ].filter((part) => part !== false);
  return {
    check: 'migrations',
    ok: missing.length === 0,
    says: says.join('; ') || 'all there, none from a newer version',
  };
}

/** All services run, in one version, by clocks that agree. */
function processes({ processes: seen, version }: PlatformStatus): Verdict {
  const absent = SERVICES.filter((service) => !seen.some(({ services }) => services.includes(service)));
  const others = [...new Set(seen.map((process) => process.version))].filter((other) => other !== version);
  const skewMs = Math.max(0, ...seen.map((process) => Math.abs(process.skewMs)));
  const troubles = [
    absent.length > 0 && `nobody runs ${absent.join(', ')}`,
    others.length > 0 && `some are still Waymark ${others.join(', ')}`,
    skewMs > SKEW_MAX_MS && `a clock is ${skewMs} ms from the database's`,
  ].filter((part) => part !== false);
  const well = `${seen.length} alive, clocks at most ${skewMs} ms from the database's`;
  return { check: 'processes', ok: troubles.length === 0, says: troubles.join('; ') || well };
}

function partitions({ partitions: all, stopped }: PlatformStatus): Verdict {
  const named = stopped.map(({ service, partition, error }) => `${service}/${partition} stopped: ${error}`);
  return { check: 'partitions', ok: named.length === 0, says: named.join('; ') || `${all.length} at work` };
}

function lag({ partitions: all }: PlatformStatus): Verdict {
  const most = Math.max(0, ...all.map((partition) => partition.lag));
  return { check: 'lag', ok: most <= LAG_MAX, says: `at most ${most} records behind` };
}

function outbox({ outbox: batches }: PlatformStatus): Verdict {
  return { check: 'outbox', ok: batches <= OUTBOX_MAX, says: `${batches} batches wait to be published` };
}

function workspace({ partitions: all, revision }: PlatformStatus): Verdict {
  const behind = all.filter((partition) => partition.revision < revision).length;
  const says =
    behind === 0 ? `revision ${revision} in use everywhere` : `${behind} partition(s) not at revision ${revision} yet`;
  return { check: 'workspace', ok: behind === 0, says };
}

function clock({ now, ownClock }: PlatformStatus, nowMs: number): Verdict {
  if (ownClock) return { check: 'clock', ok: true, says: `one of its own, for demos and tests, at ${now}` };
  const skewMs = Math.abs(Date.parse(now) - nowMs);
  return { check: 'clock', ok: skewMs <= SKEW_MAX_MS, says: `${skewMs} ms from this machine's` };
}
