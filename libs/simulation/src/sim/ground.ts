import type { EpochMs } from '@waymark/contracts';
import {
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryHotContext,
  MemoryIngestionStore,
  MemoryJobQueue,
  MemoryJourneyStore,
  MemoryPersonalizationStore,
  MemorySourceRegistry,
  MemoryWorkspaceRegistry,
  type Clock,
  type DispatchStore,
  type EventLog,
  type HotContext,
  type IngestionStore,
  type JourneyStore,
  type PersonalizationStore,
  type SourceRegistry,
  type WorkspaceRegistry,
} from '@waymark/ports';
import { Provider } from './provider.js';
import type { WorldTime } from './world-time.js';

/** One store for each service. */
export interface Stores {
  ingestion: IngestionStore;
  'journey-state': JourneyStore;
  personalization: PersonalizationStore;
  'action-dispatch': DispatchStore;
}

/** What outlives processes: databases, log, shared memory, and the providers outside. */
export interface Ground {
  log: EventLog;
  stores: Stores;
  /** What processes share; undefined where each reads the durable profiles. */
  hot: HotContext | undefined;
  /** What processes share forgets everything. */
  forgetHot(): void;
  registry: WorkspaceRegistry;
  sources: SourceRegistry;
  jobs: MemoryJobQueue;
  provider: Provider;
}

const CUSTOMERS_MAX = 1_000;

export interface GroundOptions {
  time: WorldTime;
  partitions: number;
  /** Whether outputs reach the log in the transaction that saves them (standalone), or by an outbox (Kafka). */
  transactional: boolean;
  sharedHot: boolean;
}

export function createGround({ time, partitions, transactional, sharedHot }: GroundOptions): Ground {
  const emptyHot = (): HotContext => new MemoryHotContext({ customersMax: CUSTOMERS_MAX });
  let hot = emptyHot();
  const log = new MemoryEventLog(partitions);
  const options = transactional ? { appendOutputs: log.appendNow.bind(log) } : {};
  return {
    log,
    stores: {
      ingestion: new MemoryIngestionStore(options),
      'journey-state': new MemoryJourneyStore(options),
      personalization: new MemoryPersonalizationStore(options),
      'action-dispatch': new MemoryDispatchStore(options),
    },
    hot: sharedHot
      ? { get: (wanted) => hot.get(wanted), put: (contexts) => hot.put(contexts), drop: (ids) => hot.drop(ids) }
      : undefined,
    forgetHot: () => void (hot = emptyHot()),
    registry: new MemoryWorkspaceRegistry(),
    sources: new MemorySourceRegistry(),
    jobs: new MemoryJobQueue(worldClock(time)),
    provider: new Provider(time),
  };
}

/** The clock of what stands outside the processes: it is right. */
function worldClock(time: WorldTime): Clock {
  const now = (): EpochMs => time.now;
  return { now, wakeAt: (at) => new Promise((resolve) => void time.at(at, resolve)) };
}
