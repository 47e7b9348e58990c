import { SERVICES } from '@waymark/contracts';
import type { ProcessRegistry } from '@waymark/postgres';
import type { Logger, Metrics } from '@waymark/runtime';
import type { ProcessorGroup } from '@waymark/stream';
import type { OpenHotContext } from './adapters/open-hot-context.js';
import type { AnyProcessor, PlatformLog } from './adapters/opened-log.js';
import { partitionStatuses } from './partition-status.js';

interface Watched {
  processors: readonly AnyProcessor[];
  group: Pick<ProcessorGroup, 'owned'>;
  log: PlatformLog;
  registry: Pick<ProcessRegistry, 'progress'>;
  hot: Pick<OpenHotContext, 'circuits'>;
  walk: { broken(): readonly { reason: string; count: number }[] };
}

/** Shows, read at each scrape, how this process's partitions and instances are doing and what waits in its services' outboxes. */
export function watchGauges(
  metrics: Metrics,
  { processors, group, log, registry, hot, walk }: Watched,
  logger: Logger,
): void {
  const services = SERVICES.filter((service) => processors.some((processor) => processor.service === service));
  const owned = (): AnyProcessor[] =>
    processors.filter(({ service, partition }) => group.owned(service).includes(partition));
  metrics.watchLag(() => partitionStatuses(owned(), log), logger);
  metrics.watchPartitions(
    () => services.map((service) => ({ service, partitions: group.owned(service).length })),
    logger,
  );
  metrics.watchOutbox(async () => {
    const progress = await registry.progress();
    return services.map((service) => ({
      service,
      rows: progress.filter((each) => each.service === service).reduce((sum, { outbox }) => sum + outbox, 0),
    }));
  }, logger);
  if (services.includes('journey-state')) metrics.watchBroken(() => walk.broken(), logger);
  metrics.watchCircuits(() => hot.circuits(), logger);
}
