import {
  createActionDispatch,
  createTransports,
  type ActionDispatch,
  type Secrets,
} from '@waymark/action-dispatch-service';
import type { CustomerId } from '@waymark/contracts';
import { createIngestion, type Ingestion } from '@waymark/ingestion-service';
import {
  createInstanceChecks,
  createJourneyState,
  type InstanceChecks,
  type JourneyState,
} from '@waymark/journey-state-service';
import { createPersonalization, type Personalization } from '@waymark/personalization-service';
import type { Clock, HotContext, JobQueue } from '@waymark/ports';
import {
  PostgresDispatchStore,
  PostgresIngestionStore,
  PostgresJourneyStore,
  PostgresPersonalizationStore,
  PostgresSourceRegistry,
  PostgresWorkspaceRegistry,
  ProcessRegistry,
  type Database,
  type ServiceProgress,
} from '@waymark/postgres';
import type { Config, Logger } from '@waymark/runtime';
import type { Measure, Tracing } from '@waymark/stream';
import type { OpenLog } from './adapters/opened-log.js';
import { checkedResources } from './checked-resources.js';
import { partitionStatuses, sourceOf, type PartitionStatus } from './partition-status.js';

/** What the services stand on. */
export interface Ground {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  /** Who watches what is accepted and handed over. */
  watch: { tracing: Tracing | undefined; measure: (measure: Measure) => void };
  database: Database;
  openedLog: OpenLog;
  hot: HotContext;
  jobs: JobQueue;
  clock: Clock;
}

export interface Services {
  ingestion: Ingestion;
  journeyState: JourneyState;
  checks: InstanceChecks;
  personalization: Personalization;
  dispatch: ActionDispatch;
}

/** The four services on PostgreSQL, on the log and the hot context that were opened. */
export function createServices(ground: Ground): Services {
  const { config, database, openedLog, hot, clock } = ground;
  const { log, appendOutputs } = openedLog;
  const stores = { database, appendOutputs };
  const ingestion = createIngestion({
    store: new PostgresIngestionStore(stores),
    sources: new PostgresSourceRegistry(database),
    registry: new PostgresWorkspaceRegistry(database),
    log,
    hot,
    clock,
    queueMax: config.ingestQueueMax,
    check: checkedResources,
    ...ground.watch,
  });
  const { contexts, customers, workspace } = ingestion;
  const lagsOf = (progress: readonly ServiceProgress[]): Promise<PartitionStatus[]> =>
    partitionStatuses(
      progress.map((each) => ({ ...each, source: sourceOf(each.service) })),
      log,
    );
  const resolve = (id: string): Promise<CustomerId> => customers.resolve(id);
  const registry = new ProcessRegistry(database);
  const deliveries = new PostgresDispatchStore(stores);
  const journeys = new PostgresJourneyStore(stores);
  return {
    ingestion,
    journeyState: createJourneyState({
      store: journeys,
      contexts,
      workspace,
      deliveries,
      log,
      clock,
      resolve,
    }),
    checks: createInstanceChecks({
      store: journeys,
      deliveries,
      workspace,
      lags: async () => lagsOf(await registry.progress()),
      partitions: log.partitions,
      clock,
    }),
    personalization: createPersonalization({
      store: new PostgresPersonalizationStore(stores),
      contexts,
      log,
      clock,
      resolve,
    }),
    dispatch: createDispatch(ground, deliveries, ingestion),
  };
}

function createDispatch(ground: Ground, store: PostgresDispatchStore, { contexts }: Ingestion): ActionDispatch {
  const { config, logger, secrets, openedLog, jobs, clock } = ground;
  const { log } = openedLog;
  const transports = createTransports({
    store,
    clock,
    secrets,
    egressAllow: config.egressAllow,
    log: (line) => logger.info(line, 'message'),
  });
  const { sendConcurrency } = config;
  return createActionDispatch({
    store,
    contexts,
    log,
    jobs,
    clock,
    transports,
    secrets,
    sendConcurrency,
    ...ground.watch,
  });
}
