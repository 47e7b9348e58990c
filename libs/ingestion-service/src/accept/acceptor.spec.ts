import { describe, expect, it } from '@jest/globals';
import { BATCH_BYTES_MAX, CALL_BYTES_MAX, WaymarkError, type EventType, type Json } from '@waymark/contracts';
import { ManualClock, MemorySourceRegistry } from '@waymark/ports';
import { GatedLog, turn } from '../testing/gated-log.js';
import { IngestionWorld } from '../testing/ingestion-world.js';
import { NOW, WRITE_KEY, aRawEvent, aSource } from '../testing/samples.js';
import { Acceptor, type Accepted } from './acceptor.js';
import { GroupAppend } from './group-append.js';

const basic = (user: string): string => `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
const KEY = basic(WRITE_KEY);
const SENDER = { authorization: KEY };
const bytes = (body: Json): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const track = (over: Record<string, Json> = {}): Record<string, Json> => ({
  type: 'track',
  userId: 'ada',
  event: 'Cart Updated',
  ...over,
});
/** A call whose body has exactly so many bytes. */
function callOf(size: number, type?: string): Record<string, Json> {
  const call = (filler: string): Record<string, Json> => ({
    ...(type && { type }),
    userId: 'ada',
    event: 'E',
    properties: { filler },
  });
  return call('x'.repeat(size - bytes(call('')).length));
}
const nested = (depth: number): Json => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)) as Json;

interface Sent {
  world: IngestionWorld;
  call(body: Json, authorization?: string, type?: EventType): Promise<Accepted>;
  batch(body: Json, authorization?: string): Promise<Accepted>;
  cloudEvents(body: Json, authorization?: string): Promise<Accepted>;
}

async function open(): Promise<Sent> {
  const world = await IngestionWorld.open();
  const { acceptor } = world.ingestion;
  return {
    world,
    call: (body, authorization = KEY, type = 'track') => acceptor.call(type, bytes(body), { authorization }),
    batch: (body, authorization = KEY) => acceptor.batch(bytes(body), { authorization }),
    cloudEvents: (body, authorization = KEY) => acceptor.cloudEvents(bytes(body), { authorization }),
  };
}

describe('who may send (R70)', () => {
  it.each([
    ['Basic authentication', KEY, {}],
    ['Basic authentication with a password nobody asked for', `basic ${btoa(`${WRITE_KEY}:secret`)}`, {}],
    ['a key in the body', '', { writeKey: WRITE_KEY }],
    ['a key in the body beside another kind of authentication', 'Bearer token', { writeKey: WRITE_KEY }],
  ])('a write key by %s lets in', async (_, authorization, more) => {
    const { world, call } = await open();
    expect(await call(track(more), authorization)).toEqual({ success: true, accepted: 1 });
    expect(await world.raw()).toEqual([expect.objectContaining({ source: 'shop', userId: 'ada' })]);
    expect(JSON.stringify(await world.raw())).not.toContain(WRITE_KEY);
  });

  it.each([
    ['no key', '', {}],
    ['a wrong key', basic('somebody-elses'), {}],
    ['an empty key', basic(''), {}],
    ['a wrong key beside the right one in the body', basic('somebody-elses'), { writeKey: WRITE_KEY }],
    ['a wrong key in the body', '', { writeKey: 'somebody-elses' }],
    ['a key in the body that is no text', '', { writeKey: 1 }],
  ])('%s is refused and leaves nothing', async (_, authorization, more) => {
    const { world, call, batch } = await open();
    await expect(call(track(more), authorization)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(batch({ batch: [track()], ...more }, authorization)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await world.raw()).toEqual([]);
  });

  it('a source is looked up once', async () => {
    const sources = new MemorySourceRegistry();
    await sources.put(aSource());
    let asked = 0;
    const byKeyHash = (hash: string): ReturnType<MemorySourceRegistry['byKeyHash']> => {
      asked += 1;
      return sources.byKeyHash(hash);
    };
    const append = new GroupAppend({ log: { append: async () => undefined }, queueMax: 1, groupMax: 1 });
    const acceptor = new Acceptor({
      sources: Object.assign(new MemorySourceRegistry(), { byKeyHash }),
      append,
      clock: new ManualClock(0),
    });
    expect([await acceptor.authenticate(KEY), await acceptor.authenticate(KEY)]).toEqual(['shop', 'shop']);
    expect(asked).toBe(1);
  });
});

describe('one call', () => {
  it('is of the type of its address, whatever its body says', async () => {
    const { world, call } = await open();
    await call({ type: 'track', userId: 'ada', traits: { a: 1 } }, KEY, 'identify');
    expect(await world.raw()).toEqual([expect.objectContaining({ type: 'identify', traits: { a: 1 } })]);
  });

  it('gets an id of its own when it has none', async () => {
    const { world, call } = await open();
    await call(track());
    await call(track());
    const [first, second] = (await world.raw()).map(({ messageId }) => messageId);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  it.each<[string, Json, string]>([
    ['malformed JSON', '{"userId":', 'MALFORMED_JSON'],
    ['a list', [], 'INVALID_BODY'],
    ['null', null, 'INVALID_BODY'],
    ['a call without ids', { event: 'E' }, 'MISSING_ID'],
    ['a hundred levels', track({ properties: nested(100) }), 'TOO_DEEP'],
    ['a key that reaches into prototypes', '{"userId":"u","event":"E","__proto__":{}}', 'FORBIDDEN_KEY'],
    ['a timestamp far ahead', track({ timestamp: '2036-01-01T00:00:00Z' }), 'INVALID_TIMESTAMP'],
  ])('%s is a problem of the call (R70)', async (_, body, code) => {
    const { world, call } = await open();
    await expect(call(body)).rejects.toMatchObject({ code, kind: 'invalid' });
    expect(await world.raw()).toEqual([]);
  });

  it('may have 32 KB, and not a byte more (R70)', async () => {
    const { call } = await open();
    expect(await call(callOf(CALL_BYTES_MAX))).toMatchObject({ accepted: 1 });
    await expect(call(callOf(CALL_BYTES_MAX + 1))).rejects.toMatchObject({
      code: 'OVERSIZE',
      message: 'a call may have 32 KB, this one has 33',
    });
  });
});

describe('a batch', () => {
  it('keeps the good items and lists the others with what is wrong with each (R70)', async () => {
    const { world, batch } = await open();
    const items = [
      track({ messageId: 'good-1' }),
      { type: 'track', event: 'E' },
      track({ messageId: 'good-2' }),
      'nonsense',
      track({ timestamp: '1999-01-01T00:00:00Z' }),
      callOf(CALL_BYTES_MAX + 1, 'track'),
      track({ messageId: 'good-3' }),
    ];
    expect(await batch({ batch: items })).toEqual({
      success: true,
      accepted: 3,
      rejected: [
        { index: 1, status: 400, code: 'MISSING_ID', detail: 'a call needs a userId or an anonymousId' },
        { index: 3, status: 400, code: 'INVALID_BODY', detail: expect.any(String) },
        { index: 4, status: 400, code: 'INVALID_TIMESTAMP', detail: expect.stringContaining('1999') },
        { index: 5, status: 413, code: 'OVERSIZE', detail: 'a call may have 32 KB, this one has 33' },
      ],
    });
    expect((await world.raw()).map(({ messageId }) => messageId)).toEqual(['good-1', 'good-2', 'good-3']);
  });

  it.each<[string, string, string]>([
    ['nested too deep', JSON.stringify(track({ properties: nested(100) })), 'TOO_DEEP'],
    ['nested a hundred thousand levels deep', '['.repeat(100_000) + ']'.repeat(100_000), 'TOO_DEEP'],
    ['with a key that reaches into prototypes', '{"type":"track","__proto__":{"a":1}}', 'FORBIDDEN_KEY'],
    ['with constructor.prototype', '{"properties":{"constructor":{"prototype":{}}}}', 'FORBIDDEN_KEY'],
  ])('loses none of its items to one %s (R70)', async (_, item, code) => {
    const { world, batch } = await open();
    const answer = await batch(`{"batch":[${JSON.stringify(track({ messageId: 'good' }))},${item}]}`);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, status: 400, code }] });
    expect((await world.raw()).map(({ messageId }) => messageId)).toEqual(['good']);
  });

  it('without a single good item is refused as a whole, with every reason', async () => {
    const { world, batch } = await open();
    await expect(batch({ batch: [{ type: 'track', event: 'E' }, 1] })).rejects.toMatchObject({
      code: 'INVALID_BODY',
      message: 'none of the 2 items is valid',
      errors: [
        { index: 0, status: 400, code: 'MISSING_ID' },
        { index: 1, status: 400, code: 'INVALID_BODY' },
      ],
    });
    await expect(batch({ batch: [callOf(CALL_BYTES_MAX + 1, 'track')] })).rejects.toMatchObject({ code: 'OVERSIZE' });
    expect(await world.raw()).toEqual([]);
  });

  it('that is empty is taken', async () => {
    const { batch } = await open();
    expect(await batch({ batch: [] })).toEqual({ success: true, accepted: 0 });
  });

  it('may have 500 KB, and not a byte more', async () => {
    const { batch } = await open();
    const item = callOf(CALL_BYTES_MAX, 'track');
    const ofSize = (size: number): Json => {
      const items = Array.from({ length: Math.floor(size / CALL_BYTES_MAX) - 1 }, () => item);
      const rest = size - bytes({ batch: [...items, ''] }).length + 2;
      return { batch: [...items, callOf(rest / 2, 'track'), callOf(rest / 2 - 1, 'track')] };
    };
    expect(bytes(ofSize(BATCH_BYTES_MAX))).toHaveLength(BATCH_BYTES_MAX);
    expect(await batch(ofSize(BATCH_BYTES_MAX))).toEqual({ success: true, accepted: 16 });
    await expect(batch(ofSize(BATCH_BYTES_MAX + 2))).rejects.toMatchObject({
      code: 'OVERSIZE',
      message: 'a batch may have 500 KB, this one has 501',
    });
  });

  it('lends its sentAt to the items that have none (R72)', async () => {
    const { world, batch } = await open();
    const timestamp = '2026-05-04T08:59:00Z';
    await batch({ sentAt: '2026-05-04T09:00:00Z', batch: [track({ timestamp }), track({ timestamp, sentAt: NOW })] });
    expect((await world.raw()).map((event) => event.timestamp)).toEqual([
      '2026-05-04T07:59:00.000Z',
      '2026-05-04T08:59:00.000Z',
    ]);
  });

  it.each<[string, Json]>([
    ['sentAt that is no instant', { batch: [track({ timestamp: NOW })], sentAt: 'yesterday' }],
    ['sentAt that is no text', { batch: [track()], sentAt: 1 }],
    ['no list of calls', { batch: track() }],
    ['no calls', {}],
    ['no object', [track()]],
  ])('with %s is refused', async (_, body) => {
    const { world, batch } = await open();
    await expect(batch(body)).rejects.toMatchObject({ code: 'INVALID_BODY' });
    expect(await world.raw()).toEqual([]);
  });

  it('takes null for a sentAt that is not there', async () => {
    const { batch } = await open();
    expect(await batch({ batch: [track()], sentAt: null })).toMatchObject({ accepted: 1 });
  });
});

describe('CloudEvents', () => {
  const event = (over: Record<string, Json> = {}): Record<string, Json> => ({
    specversion: '1.0',
    id: 'ce-1',
    source: '/shop',
    type: 'Order Completed',
    subject: 'ada',
    ...over,
  });

  it('one is a track call', async () => {
    const { world, cloudEvents } = await open();
    await cloudEvents(event({ time: '2026-05-04T07:00:00Z', data: { total: 12 }, traceparent: 'ignored' }));
    expect(await world.raw()).toEqual([
      aRawEvent({
        messageId: '/shop|ce-1' as never,
        userId: 'ada',
        event: 'Order Completed',
        properties: { total: 12 },
        context: { source: '/shop' },
        timestamp: '2026-05-04T07:00:00.000Z',
      }),
    ]);
  });

  it('with one id from two sources are two events, with one source and id one (R71)', async () => {
    const { world, cloudEvents } = await open();
    await cloudEvents([event(), event({ source: '/till' }), event()]);
    expect((await world.raw()).map(({ messageId }) => messageId)).toEqual(['/shop|ce-1', '/till|ce-1', '/shop|ce-1']);
  });

  it('several are taken each for itself (R70)', async () => {
    const { world, cloudEvents } = await open();
    const answer = await cloudEvents([event(), event({ specversion: '0.3' }), event({ id: 'ce-2', data: [] }), 1]);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'INVALID_BODY', detail: expect.stringContaining('specversion') },
        { index: 2, code: 'INVALID_BODY', detail: expect.stringContaining('data') },
        { index: 3, code: 'INVALID_BODY' },
      ],
    });
    expect(await world.raw()).toHaveLength(1);
  });

  it.each<[string, Json, string]>([
    ['no subject', event({ subject: null }), 'INVALID_BODY'],
    ['an id of 101 characters', event({ id: 'x'.repeat(101) }), 'INVALID_BODY'],
    ['a time far ahead', event({ time: '2036-01-01T00:00:00Z' }), 'INVALID_TIMESTAMP'],
    ['too much data', event({ data: { a: 'x'.repeat(CALL_BYTES_MAX) } }), 'OVERSIZE'],
  ])('one with %s is refused', async (_, body, code) => {
    const { cloudEvents } = await open();
    await expect(cloudEvents(body)).rejects.toMatchObject({ code });
  });

  it('need a write key that is not in the body', async () => {
    const { cloudEvents } = await open();
    await expect(cloudEvents(event({ writeKey: WRITE_KEY }), '')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

it('more calls than a client sends are refused as a whole, before any is looked at', async () => {
  const { batch } = await open();
  await expect(batch({ batch: Array.from({ length: 2_501 }, () => 1) })).rejects.toMatchObject({
    code: 'OVERSIZE',
    message: 'a batch may have 2500 calls, this one has 2501',
  });
});

describe('the answer', () => {
  async function openGated() {
    const log = new GatedLog();
    const sources = new MemorySourceRegistry();
    await sources.put(aSource());
    const append = new GroupAppend({ log, queueMax: 10, groupMax: 10 });
    return { log, acceptor: new Acceptor({ sources, append, clock: new ManualClock(Date.parse(NOW)) }) };
  }

  it('is given when the log has the events, and not before (P4)', async () => {
    const { log, acceptor } = await openGated();
    let answered = false;
    const answer = acceptor.batch(bytes({ batch: [track(), 1] }), SENDER).finally(() => (answered = true));
    await log.begun();
    await turn();
    expect(answered).toBe(false);
    log.succeed();
    expect(await answer).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
  });

  it('is a transient error when the log fails: nothing is said to be accepted', async () => {
    const { log, acceptor } = await openGated();
    const answer = acceptor.batch(bytes({ batch: [track(), 1] }), SENDER);
    await log.begun();
    log.fail(new WaymarkError('LOG_UNAVAILABLE', 'the log is down'));
    await expect(answer).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', kind: 'transient' });
  });

  it('is OVERLOADED when too many events wait (P6)', async () => {
    const { log, acceptor } = await openGated();
    const batch = Array.from({ length: 10 }, () => track());
    const first = acceptor.batch(bytes({ batch }), SENDER);
    await log.begun();
    await expect(acceptor.batch(bytes({ batch: [track()] }), SENDER)).rejects.toMatchObject({
      code: 'OVERLOADED',
      retryAfterMs: 1_000,
    });
    log.succeed();
    expect(await first).toMatchObject({ accepted: 10 });
  });

  it('is given to one call that is larger than the queue, when nothing else waits', async () => {
    const { log, acceptor } = await openGated();
    const answer = acceptor.batch(bytes({ batch: Array.from({ length: 11 }, () => track()) }), SENDER);
    await log.begun();
    log.succeed();
    expect(await answer).toMatchObject({ accepted: 11 });
  });
});
