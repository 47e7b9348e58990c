import { describe, expect, it } from '@jest/globals';
import type { Message } from '@waymark/action-dispatch-service';
import { channelSchema, deliverActionSchema } from '@waymark/contracts';
import { emptyContext } from '@waymark/customer-context';
import { ManualClock } from '@waymark/ports';
import { RecordingTransport } from './recording-transport.js';

const START = Date.parse('2026-05-04T08:00:00Z');

function message(actionId: string, channel = 'hook'): Message {
  const action = deliverActionSchema.parse({
    schemaVersion: 1,
    type: 'deliver',
    actionId,
    customerId: 'ada',
    channel,
    class: 'transactional',
    categories: [],
    priority: 0,
    content: { body: 'Hello' },
    contentHash: 'h',
    requestedAt: '2026-05-04T08:00:00Z',
    contextVersion: 1,
    cause: {},
  });
  return {
    action,
    channel: channelSchema.parse({ kind: 'channel', id: channel, type: 'webhook' }),
    context: emptyContext(action.customerId),
    attempt: 1,
  };
}

function world(): { transport: RecordingTransport; clock: ManualClock; seen: () => unknown[] } {
  const clock = new ManualClock(START);
  const transport = new RecordingTransport(clock);
  const seen = (): unknown[] => transport.attempts.map(({ action, at, status }) => [action.actionId, at, status]);
  return { transport, clock, seen };
}

describe('RecordingTransport', () => {
  it('takes a message when nothing else is said, and remembers when', async () => {
    const { transport, clock, seen } = world();
    expect(await transport.send(message('a-1'))).toEqual({ ok: true });
    clock.moveTo(START + 7_000);
    await transport.send(message('a-2'));
    expect(seen()).toEqual([
      ['a-1', '2026-05-04T08:00:00.000Z', 200],
      ['a-2', '2026-05-04T08:00:07.000Z', 200],
    ]);
  });

  it.each(['ok' as const, { status: 200 }, { status: 202 }, { status: 204 }])(
    'honours idempotency keys: what it took by %j is taken once (R42)',
    async (reply) => {
      const { transport, seen } = world();
      transport.reply('hook', reply);
      expect(await transport.send(message('a-1'))).toEqual({ ok: true });
      expect(await transport.send(message('a-1'))).toEqual({ ok: true });
      expect(seen()).toHaveLength(1);
    },
  );

  it('says yes again to what it has taken, even while it refuses everything else', async () => {
    const { transport, seen } = world();
    await transport.send(message('a-1'));
    transport.reply('hook', { status: 503 });
    expect(await transport.send(message('a-1'))).toEqual({ ok: true });
    expect(await transport.send(message('a-2'))).toMatchObject({ ok: false });
    expect(seen()).toEqual([
      ['a-1', expect.any(String), 200],
      ['a-2', expect.any(String), 503],
    ]);
  });

  it.each<[Parameters<RecordingTransport['reply']>[1], object]>([
    [{ status: 503 }, { permanent: false, status: 503, reason: 'HTTP 503', retryAfterMs: undefined }],
    [
      { status: 429, retryAfter: 7 },
      { permanent: false, status: 429, reason: 'HTTP 429', retryAfterMs: 7_000 },
    ],
    [
      { status: 503, retryAfter: 0 },
      { permanent: false, status: 503, reason: 'HTTP 503', retryAfterMs: 0 },
    ],
    [
      { status: 404, body: 'gone' },
      { permanent: true, status: 404, reason: 'HTTP 404 gone', retryAfterMs: undefined },
    ],
  ])('answers %j as a provider would (R41)', async (reply, result) => {
    const { transport } = world();
    transport.reply('hook', reply);
    expect(await transport.send(message('a-1'))).toEqual({ ok: false, ...result });
  });

  it('tries a refused message anew, each try counted, until it is well again', async () => {
    const { transport, seen } = world();
    transport.reply('hook', { status: 500 });
    await transport.send(message('a-1'));
    transport.reply('hook', 'ok');
    await transport.send(message('a-1'));
    await transport.send(message('a-1'));
    expect(seen().map((attempt) => (attempt as unknown[])[2])).toEqual([500, 200]);
  });

  it('answers for each channel by itself', async () => {
    const { transport } = world();
    transport.reply('hook', { status: 500 });
    expect(await transport.send(message('a-1', 'other'))).toEqual({ ok: true });
  });
});
