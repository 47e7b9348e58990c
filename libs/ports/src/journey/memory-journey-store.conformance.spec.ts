import { transactionalOutputsSuite } from '../batch-store.suite.js';
import { MemoryEventLog } from '../memory-event-log.js';
import { JOURNEY_PROBE, journeyStoreSuite } from './journey-store.suite.js';
import { MemoryJourneyStore } from './memory-journey-store.js';

journeyStoreSuite('memory', async () => new MemoryJourneyStore());

transactionalOutputsSuite(
  'journey, memory',
  async () => {
    const log = new MemoryEventLog(4);
    return { log, store: new MemoryJourneyStore({ appendOutputs: (outputs) => log.appendNow(outputs) }) };
  },
  JOURNEY_PROBE,
);
