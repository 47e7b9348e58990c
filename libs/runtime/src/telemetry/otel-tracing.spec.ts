import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { WaymarkError } from '@waymark/contracts';
import { traceIdOf, type Tracing } from '@waymark/stream';
import { captureLog } from '../testing/captured-log.js';
import { createOtelTracing } from './otel-tracing.js';
import type { TelemetrySettings } from './telemetry-settings.js';

const SETTINGS: TelemetrySettings = {
  url: 'http://collector.invalid/v1/traces',
  serviceName: 'waymark-tests',
  sampler: 'always_on',
  share: 1,
  delayMs: 60_000,
};
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${SPAN}-01`;

/** Keeps what it has taken, also when it is shut down. */
class Kept extends InMemorySpanExporter {
  readonly spans: ReadableSpan[] = [];

  override export(...[spans, done]: Parameters<InMemorySpanExporter['export']>): void {
    this.spans.push(...spans);
    super.export(spans, done);
  }
}

/** The spans that are exported of what is done. */
async function exported(act: (tracing: Tracing) => void, of: Partial<TelemetrySettings> = {}): Promise<ReadableSpan[]> {
  const kept = new Kept();
  const tracing = createOtelTracing({ ...SETTINGS, ...of }, captureLog().logger, kept);
  act(tracing);
  await tracing.shutdown();
  return kept.spans;
}

describe('spans', () => {
  it('are what they were begun as, of the service', async () => {
    const [span] = await exported((tracing) => {
      const links = [`00-${TRACE}-${'1'.repeat(16)}-01`, 'no context'];
      tracing
        .begin({ name: 'deliver', kind: 'client', parent: SAMPLED, links, attributes: { 'waymark.attempt': 2 } })
        ?.end();
    });
    expect(span).toMatchObject({
      name: 'deliver',
      kind: 2,
      attributes: { 'waymark.attempt': 2 },
      status: { code: 0 },
      links: [{ context: { traceId: TRACE, spanId: '1'.repeat(16) } }],
      parentSpanContext: { traceId: TRACE, spanId: SPAN, isRemote: true },
    });
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.resource.attributes).toMatchObject({
      'service.name': 'waymark-tests',
      'service.instance.id': expect.any(String),
    });
  });

  it('are the parents of what has their context', async () => {
    const [outer, inner] = await exported((tracing) => {
      const first = tracing.begin({ name: 'outer', kind: 'server' })!;
      const second = tracing.begin({ name: 'inner', kind: 'internal', parent: first.traceparent })!;
      expect(traceIdOf(second.traceparent)).toBe(traceIdOf(first.traceparent));
      first.end();
      second.end();
    });
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('begin a trace where their parent cannot be read', async () => {
    const [span] = await exported((tracing) => tracing.begin({ name: 'a', kind: 'server', parent: 'theirs' })?.end());
    expect(span?.parentSpanContext).toBeUndefined();
  });

  it.each([
    [new WaymarkError('STORE_UNAVAILABLE', 'ada@example.com'), 'STORE_UNAVAILABLE'],
    [new TypeError('ada@example.com'), 'DEFECT'],
  ])('that have failed tell the code and nothing of what was said', async (error, code) => {
    const [span] = await exported((tracing) => tracing.begin({ name: 'a', kind: 'internal' })?.end(error));
    expect([span?.status, span?.attributes]).toEqual([{ code: 2 }, { 'error.type': code }]);
    expect(span?.events).toEqual([]);
  });

  it('that are never ended are not exported', async () => {
    expect(await exported((tracing) => void tracing.begin({ name: 'a', kind: 'internal' }))).toEqual([]);
  });
});

describe('what is followed', () => {
  const unsampled = `00-${TRACE}-${SPAN}-00`;

  it.each<[Partial<TelemetrySettings>, string | undefined, boolean]>([
    [{ sampler: 'always_on' }, undefined, true],
    [{ sampler: 'always_on' }, unsampled, true],
    [{ sampler: 'always_off' }, SAMPLED, false],
    [{ sampler: 'parentbased_always_on' }, undefined, true],
    [{ sampler: 'parentbased_always_on' }, unsampled, false],
    [{ sampler: 'parentbased_always_off' }, undefined, false],
    [{ sampler: 'parentbased_always_off' }, SAMPLED, true],
    [{ sampler: 'parentbased_traceidratio', share: 0 }, undefined, false],
    [{ sampler: 'parentbased_traceidratio', share: 0 }, SAMPLED, true],
    [{ sampler: 'parentbased_traceidratio', share: 1 }, undefined, true],
    [{ sampler: 'traceidratio', share: 0 }, SAMPLED, false],
  ])('is by the sampler: %j behind %s: %j', async (of, parent, isFollowed) => {
    const spans = await exported((tracing) => {
      const span = tracing.begin({ name: 'a', kind: 'server', parent });
      expect(span !== undefined).toBe(isFollowed);
      span?.end();
    }, of);
    expect(spans).toHaveLength(isFollowed ? 1 : 0);
  });
});
