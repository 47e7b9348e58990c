import { transactionalOutputsSuite } from '../batch-store.suite.js';
import { MemoryEventLog } from '../memory-event-log.js';
import { INGESTION_PROBE, ingestionStoreSuite } from './ingestion-store.suite.js';
import { MemoryIngestionStore } from './memory-ingestion-store.js';

ingestionStoreSuite('memory', async () => new MemoryIngestionStore());

transactionalOutputsSuite(
  'memory',
  async () => {
    const log = new MemoryEventLog(4);
    return { log, store: new MemoryIngestionStore({ appendOutputs: (outputs) => log.appendNow(outputs) }) };
  },
  INGESTION_PROBE,
);
