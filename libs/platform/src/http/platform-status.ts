import { SERVICES, type ServiceName } from '@waymark/contracts';
import { classified, type SeenProcess, type ServiceProgress } from '@waymark/postgres';
import type { Verdict } from '../adapters/opened-log.js';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';
import { partitionStatuses, sourceOf, type PartitionStatus } from '../partition-status.js';
import { reportOf } from '../report-life.js';

export interface PlatformStatus {
  version: string;
  /** ISO 8601, of the platform's clock. */
  now: string;
  /** Whether that clock is one of its own (`WAYMARK_CLOCK_START`) and not the machine's. */
  ownClock: boolean;
  postgres: string;
  /** The workspace revision applied last; every partition should use it. */
  revision: number;
  /** Of all services that run somewhere, in every partition. */
  partitions: PartitionStatus[];
  /** The processes heard of within the last minute, this one among them. */
  processes: SeenProcess[];
  stopped: { service: ServiceName; partition: number; error: string }[];
  /** Batches whose outputs are not yet known to be in the log. */
  outbox: number;
  mismatches: number;
  /** Environment variables that the channels in use refer to and that they cannot find, sorted. */
  unset: string[];
  /** Migrations that the database lacks, and those that this version does not know. */
  migrations: { missing: string[]; newer: string[] };
  /** What there is to say of the log's and the hot context's servers. */
  servers: Verdict[];
}

export async function platformStatus(platform: Platform): Promise<PlatformStatus> {
  const { log, openedLog, hot, database, clock, ingestion, registry } = platform;
  const { rows } = await classified(() => database.pool.query<{ server_version: string }>('show server_version'));
  const own = reportOf(platform);
  const others = (await registry.living()).filter(({ id }) => id !== own.id);
  const processes = [{ ...own, skewMs: 0 }, ...others];
  const progress = await registry.progress();
  const running = SERVICES.filter((service) => processes.some(({ services }) => services.includes(service)));
  return {
    version: own.version,
    now: new Date(clock.now()).toISOString(),
    ownClock: clock instanceof HeldClock,
    postgres: rows[0]?.server_version ?? 'unknown',
    revision: (await ingestion.workspace.current()).revision,
    partitions: await partitionStatuses(everywhere(running, progress, log.partitions), log),
    processes,
    stopped: processes.flatMap(({ stopped }) => stopped),
    outbox: progress.reduce((sum, { outbox }) => sum + outbox, 0),
    mismatches: await ingestion.customers.mismatches(),
    unset: [...new Set(processes.flatMap(({ unset }) => unset))].sort(),
    migrations: await database.schemaState(),
    servers: [...(await openedLog.verdicts()), ...(await hot.verdicts())],
  };
}

/** Every partition of every service that runs, also those in which nothing was saved yet. */
function everywhere(services: readonly ServiceName[], progress: readonly ServiceProgress[], partitions: number) {
  return services.flatMap((service) =>
    Array.from({ length: partitions }, (_, partition) => {
      const saved = progress.find((each) => each.service === service && each.partition === partition);
      return { service, partition, source: sourceOf(service), nextOffset: 0, revision: 0, ...saved };
    }),
  );
}
