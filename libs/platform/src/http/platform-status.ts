import { instantSchema, SERVICES, type ServiceName, type ShapeOf } from '@waymark/contracts';
import { classified, type SeenProcess, type ServiceProgress } from '@waymark/postgres';
import { z } from 'zod';
import type { Verdict } from '../adapters/opened-log.js';
import { HeldClock } from '../clock/held-clock.js';
import type { Platform } from '../create-platform.js';
import { partitionStatuses, partitionStatusSchema, sourceOf } from '../partition-status.js';
import { reportOf } from '../report-life.js';

const stoppedSchema = z.object({ service: z.enum(SERVICES), partition: z.number().int(), error: z.string() });
const seenProcessSchema = z.object({
  id: z.string().describe('unique for each life of a process'),
  services: z.array(z.enum(SERVICES)),
  version: z.string(),
  skewMs: z.number().describe("its clock against the database's; ahead is positive"),
  stopped: z.array(stoppedSchema),
  unset: z.array(z.string()),
} satisfies ShapeOf<SeenProcess>);
const verdictSchema = z.object({ check: z.string(), ok: z.boolean(), says: z.string() } satisfies ShapeOf<Verdict>);

export const platformStatusSchema = z
  .object({
    version: z.string(),
    now: instantSchema.describe("of the platform's clock"),
    ownClock: z.boolean().describe("whether that clock is one of its own (WAYMARK_CLOCK_START) and not the machine's"),
    postgres: z.string(),
    revision: z.number().int().describe('the workspace revision applied last; every partition should use it'),
    partitions: z.array(partitionStatusSchema).describe('of all services that run somewhere, in every partition'),
    processes: z.array(seenProcessSchema).describe('heard of within the last minute, this one among them'),
    stopped: z.array(stoppedSchema).describe('partitions that a defect has stopped'),
    outbox: z.number().int().describe('batches whose outputs are not yet known to be in the log'),
    mismatches: z.number().int().describe('messages that came again with another body'),
    unset: z.array(z.string()).describe('environment variables that channels in use refer to and cannot find'),
    migrations: z
      .object({ missing: z.array(z.string()), newer: z.array(z.string()) })
      .describe('those that the database lacks, and those that this version does not know'),
    servers: z.array(verdictSchema).describe("what there is to say of the log's and the hot context's servers"),
  })
  .meta({ id: 'PlatformStatus' });
export type PlatformStatus = z.infer<typeof platformStatusSchema>;

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
