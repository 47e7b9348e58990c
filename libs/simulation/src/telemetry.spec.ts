import { describe, expect, it } from '@jest/globals';
import { HEADERS, TOPICS, type LogRecord } from '@waymark/contracts';
import { createLogger, Metrics, startTelemetry, type TelemetryOptions } from '@waymark/runtime';
import { Ring } from './ring.js';
import { checked, WORKSPACE } from './testing/play.js';

const START = Date.parse('2026-05-04T08:00:00Z');
const HOUR = 3_600_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const THEIR_SPAN = '00f067aa0ba902b7';
const SILENT = createLogger({ level: 'silent', pretty: false });
/** Answers an event at once, beside the journey that waits for an hour. */
const GREETING = {
  path: 'greeting.journey.yaml',
  text: `kind: journey
id: greeting
entry: { event: Opened }
policy: { class: transactional }
start: greet
steps:
  greet: { kind: act, channel: hook, content: { json: { text: Hello } }, next: done }
  done: { kind: exit }
`,
};

type Exporter = NonNullable<TelemetryOptions['exporter']>;
type Exported = Parameters<Exporter['export']>[0][number];

/** A ring with the workspace applied, where it is told followed by a real SDK and watched by real metrics. */
async function open(env: Record<string, string> = {}) {
  const spans: Exported[] = [];
  const exporter: Exporter = {
    export: (ended, done) => (spans.push(...ended), done({ code: 0 })),
    shutdown: () => Promise.resolve(),
  };
  const { tracing, shutdown } = await startTelemetry({ env, target: ['all'], logger: SILENT, exporter });
  const metrics = new Metrics();
  const { measure } = metrics;
  const ring = new Ring(START, checked, { ...(tracing && { tracing }), measure, observer: metrics.observer(SILENT) });
  const authorization = await ring.authorize();
  await ring.ingestion.workspace.apply([...WORKSPACE, GREETING], { dryRun: false });
  await ring.settle();
  const send = async (event: string, traceparent?: string): Promise<void> => {
    const call = Buffer.from(JSON.stringify({ userId: 'ada', event }));
    await ring.ingestion.acceptor.call('track', call, { authorization, traceparent });
  };
  const exported = async (): Promise<Exported[]> => (await shutdown(), spans);
  return { ring, metrics, send, exported };
}

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid' };

/** A span and all it happened because of, up to what is not ours. */
function wayOf(span: Exported | undefined, spans: readonly Exported[]): string[] {
  if (!span) return [];
  const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  return [...wayOf(parent, spans), span.name];
}

async function everything(ring: Ring): Promise<LogRecord[]> {
  const reads = TOPICS.flatMap((topic) =>
    [0, 1].map((partition) => ring.log.read({ topic, partition, offset: 0, max: 10_000 })),
  );
  return (await Promise.all(reads)).flat();
}

const WAY = [
  'accept',
  'process ingestion',
  'process journey-state',
  'process personalization',
  'process action-dispatch',
  'deliver',
];

describe('an event that is followed', () => {
  it('is followed by one trace through all four services to the hand-over of its message', async () => {
    const { ring, send, exported } = await open(ON);
    await send('Opened', `00-${TRACE}-${THEIR_SPAN}-01`);
    await ring.settle();
    expect(ring.provider.attempts).toHaveLength(1);
    const spans = (await exported()).filter((span) => span.spanContext().traceId === TRACE);
    const deliver = spans.find(({ name }) => name === 'deliver');
    expect(wayOf(deliver, spans)).toEqual(WAY);
    expect(spans.find(({ name }) => name === 'accept')?.parentSpanContext?.spanId).toBe(THEIR_SPAN);
  });

  it('has its trace among neighbours in its batches, and its neighbours have theirs', async () => {
    const { ring, send, exported } = await open({ ...ON, OTEL_TRACES_SAMPLER: 'always_on' });
    for (let i = 0; i < 3; i += 1) await send('Opened');
    await send('Nothing Of Interest');
    await ring.settle();
    const spans = await exported();
    const accepts = spans.filter(({ name }) => name === 'accept').map((span) => span.spanContext().traceId);
    expect(new Set(accepts).size).toBe(4);
    const delivers = spans.filter(({ name }) => name === 'deliver');
    expect(delivers.map((span) => wayOf(span, spans))).toEqual([WAY]);
    expect(accepts).toContain(delivers[0]?.spanContext().traceId);
  });

  it('is followed on to what became of its message', async () => {
    const { ring, send, exported } = await open(ON);
    await send('Opened', `00-${TRACE}-${THEIR_SPAN}-01`);
    await ring.settle();
    const records = await everything(ring);
    const outcome = records.find(({ topic, value }) => topic === 'events' && value.includes('Webhook Delivered'));
    expect(outcome?.headers[HEADERS.traceparent]).toContain(TRACE);
    expect(await exported()).not.toEqual([]);
  });

  it('leaves what a timer does an hour later to a trace of its own', async () => {
    const { ring, send, exported } = await open({ ...ON, OTEL_TRACES_SAMPLER: 'always_on' });
    await send('Signed Up');
    await ring.advanceTo(START + HOUR);
    const spans = await exported();
    const deliver = spans.find(({ name }) => name === 'deliver');
    expect(wayOf(deliver, spans)).toEqual(['timers journey-state', ...WAY.slice(3)]);
  });

  it('tells nobody who the customer is', async () => {
    const { ring, send, exported } = await open({ ...ON, OTEL_TRACES_SAMPLER: 'always_on' });
    await send('Opened');
    await ring.settle();
    const told = (await exported()).map(({ name, attributes, events }) => ({ name, attributes, events }));
    expect(told.length).toBeGreaterThan(WAY.length);
    expect(JSON.stringify(told)).not.toMatch(/\bada\b|Opened/);
  });
});

describe('where nothing is followed', () => {
  it('no record carries a trace, whatever its sender sends', async () => {
    const { ring, send, exported } = await open();
    await send('Opened', `00-${TRACE}-${THEIR_SPAN}-01`);
    await ring.settle();
    const headers = (await everything(ring)).map((record) => Object.keys(record.headers));
    expect(headers.flat()).toContain(HEADERS.sequence);
    expect(headers.flat()).not.toContain(HEADERS.traceparent);
    expect(await exported()).toEqual([]);
  });

  it('neither does one that the sampler does not choose', async () => {
    const { ring, send } = await open({ ...ON, OTEL_TRACES_SAMPLER_ARG: '0' });
    await send('Opened');
    await ring.settle();
    const headers = (await everything(ring)).flatMap((record) => Object.keys(record.headers));
    expect(headers).not.toContain(HEADERS.traceparent);
  });
});

describe('metrics', () => {
  const values = async (metrics: Metrics, name: string): Promise<Record<string, number>> => {
    const text = await metrics.registry.getSingleMetricAsString(name);
    const samples = text.split('\n').filter((line) => /_(sum|count|total)/.test(line) && !line.startsWith('#'));
    return Object.fromEntries(samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
  };

  it('tell by the clock how long an event took to its message, how late timers were, and what became of messages', async () => {
    const { ring, metrics, send } = await open();
    await send('Opened');
    ring.clock.moveTo(START + 2_000);
    await ring.settle();
    await send('Signed Up');
    await ring.settle();
    ring.clock.moveTo(START + 2_000 + HOUR + 400);
    await ring.settle();
    expect(ring.provider.attempts).toHaveLength(2);
    expect(await values(metrics, 'waymark_event_to_action_seconds')).toEqual({
      waymark_event_to_action_seconds_sum: 2,
      waymark_event_to_action_seconds_count: 1,
    });
    expect(await values(metrics, 'waymark_timer_lateness_seconds')).toEqual({
      'waymark_timer_lateness_seconds_sum{service="journey-state"}': 0.4,
      'waymark_timer_lateness_seconds_count{service="journey-state"}': 1,
    });
    expect(await values(metrics, 'waymark_deliveries_total')).toEqual({
      'waymark_deliveries_total{channel="webhook",state="sent"}': 2,
    });
  });

  it('tell what was turned away and what had been taken before', async () => {
    const { ring, metrics, send } = await open();
    await expect(send('')).rejects.toMatchObject({ kind: 'invalid' });
    const call = { userId: 'ada', event: 'Opened', messageId: 'm-1' };
    const authorization = await ring.authorize();
    for (let i = 0; i < 3; i += 1)
      await ring.ingestion.acceptor.call('track', Buffer.from(JSON.stringify(call)), { authorization });
    await ring.settle();
    expect(await values(metrics, 'waymark_rejected_total')).toEqual({
      'waymark_rejected_total{code="INVALID_BODY"}': 1,
    });
    expect(await values(metrics, 'waymark_duplicates_total')).toEqual({ waymark_duplicates_total: 2 });
  });
});
