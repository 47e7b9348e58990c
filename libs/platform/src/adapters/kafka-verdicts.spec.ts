import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@waymark/contracts';
import type { LogDescription } from '@waymark/kafka';
import { kafkaVerdicts } from './kafka-verdicts.js';

const WEEK_MS = 7 * 24 * 3_600_000;

/** Three brokers on which everything is well, but for what a test changes in one topic. */
function kafka(over: Partial<LogDescription['topics'][number]> = {}, brokers = 3): LogDescription {
  const topics = TOPICS.map((topic) => ({
    topic,
    name: `waymark.${topic}`,
    partitions: 4,
    replicationFactor: 3,
    inSyncReplicas: 3,
    minInsyncReplicas: 2,
    retentionMs: WEEK_MS,
    cleanupPolicy: 'delete',
    maxMessageBytes: 1_048_588,
  }));
  topics[1] = { ...topics[1]!, ...over };
  return { brokers, isControllerKnown: true, topics };
}

describe('kafkaVerdicts', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(kafkaVerdicts(kafka(), 4)).toEqual([
      { check: 'kafka', ok: true, says: '3 broker(s)' },
      { check: 'topics', ok: true, says: '5 of 4 partitions each, 3 copies' },
    ]);
  });

  it.each<[object, string]>([
    [{ partitions: 6 }, 'waymark.events has 6 partitions, not 4'],
    [{ inSyncReplicas: 2 }, 'waymark.events has 2 of 3 copies in sync'],
    [
      { inSyncReplicas: 1 },
      'waymark.events has 1 of 3 copies in sync; waymark.events takes nothing: min.insync.replicas is 2',
    ],
    [
      { replicationFactor: 1, inSyncReplicas: 1, minInsyncReplicas: 1 },
      'waymark.events has one copy, and is lost with its broker',
    ],
    [
      { cleanupPolicy: 'compact' },
      'waymark.events has the cleanup policy compact: records would be lost, it must be delete',
    ],
    [{ retentionMs: 3_600_000 }, 'waymark.events is kept for 3600000 ms, which is less than 3 days'],
  ])('finds a topic with %j', (over, says) => {
    expect(kafkaVerdicts(kafka(over), 4)[1]).toEqual({ check: 'topics', ok: false, says });
  });

  it('takes one copy for enough where there is one broker, and no end of retention for long enough', () => {
    const one = { replicationFactor: 1, inSyncReplicas: 1, minInsyncReplicas: 1, retentionMs: -1 };
    expect(kafkaVerdicts(kafka(one, 1), 4)[1]).toMatchObject({ ok: true });
  });

  it('misses a controller', () => {
    expect(kafkaVerdicts({ ...kafka(), isControllerKnown: false }, 4)[0]).toMatchObject({ check: 'kafka', ok: false });
  });
});
