import {
  createActionDispatch,
  createTransports,
  type ActionDispatch,
  type Secrets,
} from '@waymark/action-dispatch-service';
import type { PostgresEventLog } from '@waymark/embedded-log';
import { createIngestion, type Ingestion } from '@waymark/ingestion-service';
import { createJourneyState, type JourneyState } from '@waymark/journey-state-service';
import { createPersonalization, type Personalization } from '@waymark/personalization-service';
import { MemoryHotContext, type Clock, type JobQueue } from '@waymark/ports';
import {
  PostgresDispatchStore,
  PostgresIngestionStore,
  PostgresJourneyStore,
  PostgresPersonalizationStore,
  PostgresSourceRegistry,
  PostgresWorkspaceRegistry,
  type Database,
} from '@waymark/postgres';
import type { Config, Logger } from '@waymark/runtime';
import { checkedResources } from './checked-resources.js';
import { isTarget } from './is-target.js';

/** What the services stand on. */
export interface Ground {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  database: Database;
  log: PostgresEventLog;
  jobs: JobQueue;
  clock: Clock;
}

export interface Services {
  ingestion: Ingestion;
  journeyState: JourneyState;
  personalization: Personalization;
  dispatch: ActionDispatch;
}

/** The four services on PostgreSQL, with the hot context in this process's memory. */
export function createServices(ground: Ground): Services {
  const { config, database, log, clock } = ground;
  const stores = { database, appendOutputs: log.appendInTransaction };
  const ingestion = createIngestion({
    store: new PostgresIngestionStore(stores),
    sources: new PostgresSourceRegistry(database),
    registry: new PostgresWorkspaceRegistry(database),
    log,
    // It is kept fresh by ingestion in the same process; without that every read is of the profiles (R62).
    hot: new MemoryHotContext({ customersMax: isTarget(config, 'ingestion') ? config.hotCustomersMax : 0 }),
    clock,
    queueMax: config.ingestQueueMax,
    check: checkedResources,
  });
  const { contexts, customers } = ingestion;
  return {
    ingestion,
    journeyState: createJourneyState({ store: new PostgresJourneyStore(stores), contexts }),
    personalization: createPersonalization({
      store: new PostgresPersonalizationStore(stores),
      contexts,
      log,
      clock,
      resolve: (id) => customers.resolve(id),
    }),
    dispatch: createDispatch(ground, new PostgresDispatchStore(stores), ingestion),
  };
}

function createDispatch(ground: Ground, store: PostgresDispatchStore, { contexts }: Ingestion): ActionDispatch {
  const { config, logger, secrets, log, jobs, clock } = ground;
  const transports = createTransports({
    store,
    clock,
    secrets,
    egressAllow: config.egressAllow,
    log: (line) => logger.info(line, 'message'),
  });
  const { sendConcurrency } = config;
  return createActionDispatch({ store, contexts, log, jobs, clock, transports, secrets, sendConcurrency });
}
