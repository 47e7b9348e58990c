import { describe, expect, it } from '@jest/globals';
import { HEADERS, WaymarkError, type NewRecord } from '@waymark/contracts';
import { ManualClock, MemorySourceRegistry } from '@waymark/ports';
import type { Measure, SpanStart } from '@waymark/stream';
import { NOW, WRITE_KEY, aSource } from '../testing/samples.js';
import { Acceptor, type Sender } from './acceptor.js';
import { GroupAppend } from './group-append.js';

const SENDER: Sender = { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` };
const CALL = { type: 'track', userId: 'ada', event: 'E' };
const bytes = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

/** An acceptor that is watched. */
async function open({ isSampled = true, log = async (): Promise<void> => undefined } = {}) {
  const sources = new MemorySourceRegistry();
  await sources.put(aSource());
  const spans: (SpanStart & { end?: unknown })[] = [];
  const measures: Measure[] = [];
  const records: NewRecord[] = [];
  const append = new GroupAppend({
    log: { append: async (appended) => (records.push(...appended), log()) },
    queueMax: 10,
    groupMax: 10,
  });
  const tracing = {
    begin(start: SpanStart) {
      if (!isSampled) return undefined;
      const span: SpanStart & { end?: unknown } = { ...start };
      spans.push(span);
      return { traceparent: 'accept', end: (error?: unknown) => void (span.end = error ?? 'well') };
    },
  };
  const measure = (each: Measure): void => void measures.push(each);
  const clock = new ManualClock(Date.parse(NOW));
  return { acceptor: new Acceptor({ sources, append, clock, tracing, measure }), spans, measures, records };
}

const contexts = (records: readonly NewRecord[]): unknown[] =>
  records.map(({ headers }) => headers?.[HEADERS.traceparent]);

describe('a request that is followed', () => {
  it('is a span in the trace it came with, and its events carry it on', async () => {
    const { acceptor, spans, records } = await open();
    await acceptor.batch(bytes({ batch: [CALL, CALL, 1] }), { ...SENDER, traceparent: 'theirs' });
    expect(spans).toEqual([
      {
        name: 'accept',
        kind: 'server',
        parent: 'theirs',
        attributes: { 'waymark.source': 'shop', 'messaging.batch.message_count': 3 },
        end: 'well',
      },
    ]);
    expect(contexts(records)).toEqual(['accept', 'accept']);
  });

  it.each([
    ['a call', (to: Acceptor) => to.call('track', bytes(CALL), SENDER)],
    ['a CloudEvent', (to: Acceptor) => to.cloudEvents(bytes({ ...EVENT }), SENDER)],
  ])('may be %s', async (_, send) => {
    const { acceptor, records } = await open();
    await send(acceptor);
    expect(contexts(records)).toEqual(['accept']);
  });

  it('has failed where the log has', async () => {
    const down = new WaymarkError('LOG_UNAVAILABLE', 'the log is down');
    const { acceptor, spans } = await open({ log: () => Promise.reject(down) });
    await expect(acceptor.call('track', bytes(CALL), SENDER)).rejects.toBe(down);
    expect(spans.map(({ end }) => end)).toEqual([down]);
  });

  it('begins once its sender has been let in: nobody else makes traces', async () => {
    const { acceptor, spans } = await open();
    await expect(acceptor.call('track', bytes(CALL), { traceparent: 'theirs' })).rejects.toThrow();
    expect(spans).toEqual([]);
  });
});

describe('a request that is not followed', () => {
  it('leaves no context on its events, whatever it came with', async () => {
    const { acceptor, records } = await open({ isSampled: false });
    await acceptor.batch(bytes({ batch: [CALL] }), { ...SENDER, traceparent: 'theirs' });
    expect(records.map((record) => Object.keys(record))).toEqual([['topic', 'key', 'value']]);
  });
});

const EVENT = { specversion: '1.0', id: 'ce-1', source: '/shop', type: 'E', subject: 'ada' };

describe('what is turned away', () => {
  it.each<[string, (to: Acceptor) => Promise<unknown>, string[]]>([
    ['a call', (to) => to.call('track', bytes({ event: 'E' }), SENDER), ['MISSING_ID']],
    ['somebody unknown', (to) => to.batch(bytes({ batch: [CALL] }), {}), ['UNAUTHORIZED']],
    ['no JSON', (to) => to.cloudEvents(Buffer.from('{'), SENDER), ['MALFORMED_JSON']],
    [
      'some items',
      (to) => to.batch(bytes({ batch: [CALL, 1, { type: 'track', event: 'E' }] }), SENDER),
      ['INVALID_BODY', 'MISSING_ID'],
    ],
    [
      'all items',
      (to) => to.batch(bytes({ batch: [1, { type: 'track', event: 'E' }] }), SENDER),
      ['INVALID_BODY', 'MISSING_ID'],
    ],
    ['nothing', (to) => to.batch(bytes({ batch: [CALL] }), SENDER), []],
  ])('%s is counted by its code, once', async (_, send, codes) => {
    const { acceptor, measures } = await open();
    await send(acceptor).catch(() => undefined);
    expect(measures).toEqual(codes.map((code) => ({ what: 'rejected', code })));
  });
});
