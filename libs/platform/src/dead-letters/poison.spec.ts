import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  ManualClock,
  MemoryDispatchStore,
  MemoryEventLog,
  MemoryIngestionStore,
  MemoryJourneyStore,
  MemoryPersonalizationStore,
} from '@waymark/ports';
import { PoisonRing } from '../testing/poison-ring.js';
import { VALID } from '../testing/poison-records.js';
import { POISONS } from '../testing/poisons.js';

const START = Date.parse('2026-05-04T08:00:00Z');

describe('one bad record never stops a partition (P5)', () => {
  let ring: PoisonRing;

  beforeAll(async () => {
    ring = await PoisonRing.on({
      log: new MemoryEventLog(1),
      clock: new ManualClock(START),
      ingestion: new MemoryIngestionStore(),
      journey: new MemoryJourneyStore(),
      personalization: new MemoryPersonalizationStore(),
      dispatch: new MemoryDispatchStore(),
    });
  });

  it.each(POISONS.map((poison, i) => ({ ...poison, i })))('$topic: $what', async ({ i, ...poison }) => {
    const { makes } = VALID[poison.topic];
    const twice = makes.flatMap((each) => [each, each]);
    expect(await ring.take(poison, String(i))).toEqual({
      poison: [...poison.becomes],
      neighbours: expect.arrayContaining(twice),
    });
  });
});
