import { describe, expect, it } from '@jest/globals';
import { HEADERS, type RawEvent } from '@waymark/contracts';
import { aRawEvent, message } from '../testing/samples.js';
import { compileDefinitions } from './definitions.js';
import { foldBatch } from './fold-batch.js';
import { NO_PLAN } from './plan-schedules.js';

/** Folds events, each with the context that it came with. */
function fold(...events: [Partial<RawEvent>, string | undefined][]) {
  const records = events.map(([over, traceparent], offset) => ({
    record: aRawEvent({ messageId: message(`m${offset}`), userId: 'ada', ...over }),
    offset,
    traceparent,
  }));
  return foldBatch(
    { partition: 0, records, now: Date.parse('2026-05-04T12:00:00Z') },
    {
      known: new Map(),
      links: new Map(),
      merges: new Map(),
      people: new Map(),
      toEvaluate: [],
      plan: NO_PLAN,
      membersToTell: [],
    },
    compileDefinitions({ revision: 1, resources: [] }),
  );
}

describe('what can be seen of a batch from outside', () => {
  it('is each event in its own trace, or in none', () => {
    const { outputs } = fold([{}, 'a'], [{}, undefined], [{}, 'b']);
    expect(outputs.map(({ headers }) => headers)).toEqual([
      { [HEADERS.traceparent]: 'a' },
      undefined,
      { [HEADERS.traceparent]: 'b' },
    ]);
  });

  it('is how often an event had been taken before (R71), whatever its body', () => {
    const messageId = message('m');
    const { measures } = fold([{ messageId }, 'a'], [{ messageId }, 'b'], [{ messageId, properties: { n: 2 } }, 'c']);
    expect(measures).toEqual([{ what: 'duplicate' }, { what: 'duplicate' }]);
  });
});
