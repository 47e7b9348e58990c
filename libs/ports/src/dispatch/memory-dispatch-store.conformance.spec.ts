import { dispatchStoreSuite } from './dispatch-store.suite.js';
import { MemoryDispatchStore } from './memory-dispatch-store.js';

dispatchStoreSuite('memory', async () => new MemoryDispatchStore());
