import { SERVICES } from '@waymark/contracts';
import type { Logger, Metrics } from '@waymark/runtime';
import type { Platform } from './create-platform.js';
import { partitionStatuses } from './partition-status.js';

/** Shows, read at each scrape, how this process's partitions are doing and what waits in its services' outboxes. */
export function watchGauges(
  metrics: Metrics,
  { processors, group, log, registry, hot }: Pick<Platform, 'processors' | 'group' | 'log' | 'registry' | 'hot'>,
  logger: Logger,
): void {
  const services = SERVICES.filter((service) => processors.some((processor) => processor.service === service));
  const owned = (): Platform['processors'] =>
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
  metrics.watchCircuits(() => hot.circuits(), logger);
}
