import { exclusiveInstancesSuite } from '@waymark/ports/suites';
import { LeanJourneyStore } from './lean-journey-store.js';

exclusiveInstancesSuite('lean', async () => new LeanJourneyStore());
