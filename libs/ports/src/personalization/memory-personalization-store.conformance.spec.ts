import { transactionalOutputsSuite } from '../batch-store.suite.js';
import { MemoryEventLog } from '../memory-event-log.js';
import { MemoryPersonalizationStore } from './memory-personalization-store.js';
import { PERSONALIZATION_PROBE, personalizationStoreSuite } from './personalization-store.suite.js';

personalizationStoreSuite('memory', async () => new MemoryPersonalizationStore());

transactionalOutputsSuite(
  'personalization, memory',
  async () => {
    const log = new MemoryEventLog(4);
    return { log, store: new MemoryPersonalizationStore({ appendOutputs: (outputs) => log.appendNow(outputs) }) };
  },
  PERSONALIZATION_PROBE,
);
