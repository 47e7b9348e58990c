import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { ManualClock } from '@waymark/ports';
import type { Measure, SpanStart } from '@waymark/stream';
import { aChannel, anAction } from '../testing/samples.js';
import type { Message, SendResult } from './transport.js';
import { watchedSend } from './watched-send.js';

const NOW = Date.parse('2026-05-04T08:00:00Z');

function message(over: Partial<Message> = {}, traceparent?: string): Message {
  const action = { ...anAction(), ...(traceparent !== undefined && { traceparent }) };
  return { action, channel: aChannel(), context: {} as never, attempt: 2, ...over };
}

/** Hands one message over, watched; tells what was seen. */
async function handOver(of: Message, reply: SendResult | Error = { ok: true }) {
  const spans: (SpanStart & { end?: unknown })[] = [];
  const measures: Measure[] = [];
  const send = async (): Promise<SendResult> => {
    if (reply instanceof Error) throw reply;
    return reply;
  };
  const tracing = {
    begin(start: SpanStart) {
      const span: SpanStart & { end?: unknown } = { ...start };
      spans.push(span);
      return { traceparent: 'deliver', end: (error?: unknown) => void (span.end = error ?? 'well') };
    },
  };
  const measure = (each: Measure): void => void measures.push(each);
  const result = await watchedSend(send, { clock: new ManualClock(NOW), tracing, measure })(of).catch(
    (error: unknown) => error,
  );
  return { result, spans, measures };
}

describe('a hand-over', () => {
  it('that is followed is a span behind that of its action, with ids alone', async () => {
    const { result, spans } = await handOver(message({}, 'a'));
    expect(result).toEqual({ ok: true });
    expect(spans).toEqual([
      {
        name: 'deliver',
        kind: 'client',
        parent: 'a',
        attributes: {
          'waymark.action_id': 'i1.remind.1',
          'waymark.channel': 'email',
          'waymark.channel_type': 'smtp',
          'waymark.attempt': 2,
        },
        end: 'well',
      },
    ]);
  });

  it('that is not followed begins no trace', async () => {
    expect((await handOver(message())).spans).toEqual([]);
  });

  it.each([
    [true, 'PROVIDER_REFUSED'],
    [false, 'PROVIDER_UNAVAILABLE'],
  ])('that the provider did not take (for good: %j) has failed as %s, without its words', async (permanent, code) => {
    const { spans } = await handOver(message({}, 'a'), { ok: false, permanent, reason: 'ada@example.com is unknown' });
    expect(spans[0]?.end).toMatchObject({ code });
    expect(String(spans[0]?.end)).not.toContain('ada');
  });

  it('that breaks has failed with what broke it, and breaks on', async () => {
    const error = new WaymarkError('DEFECT', 'broken');
    const { result, spans } = await handOver(message({}, 'a'), error);
    expect([result, spans[0]?.end]).toEqual([error, error]);
  });

  it.each([
    ['after its event came in', '2026-05-04T07:59:57.500Z', 2_500],
    ['before it did, by another clock', '2026-05-04T08:00:01.000Z', 0],
  ])('%s says how long that took', async (_, receivedAt, ms) => {
    expect((await handOver(message({ receivedAt }))).measures).toEqual([{ what: 'event-to-action', ms }]);
  });

  it('that answers no event says nothing of time', async () => {
    expect((await handOver(message())).measures).toEqual([]);
  });
});
