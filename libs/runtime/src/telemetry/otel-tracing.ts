/**
 * Follows events by OpenTelemetry's SDK. Loaded only where traces are on (`start-telemetry.ts`), as nothing else here knows
 * the SDK. Nothing is registered globally, so that two platforms in one process have each their own.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span as OtelSpan } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { WaymarkError } from '@waymark/contracts';
import type { Span, SpanStart, Tracing } from '@waymark/stream';
import type { Logger } from '../create-logger.js';
import type { TelemetrySettings } from './telemetry-settings.js';
import { TellingExporter } from './telling-exporter.js';
import { formatTraceparent, parseTraceparent } from './trace-context.js';

/** Spans that wait for the collector at most; what is beyond is dropped (P6). */
const QUEUED_MAX = 4_096;
const EXPORT_TIMEOUT_MS = 5_000;

const KINDS: Readonly<Record<SpanStart['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

export interface OtelTracing extends Tracing {
  /** Exports what has not been exported, and ends. */
  shutdown(): Promise<void>;
}

/** Follows events; `exporter` takes the spans, a collector by OTLP when none is given. */
export function createOtelTracing(settings: TelemetrySettings, logger: Logger, exporter?: SpanExporter): OtelTracing {
  const { url, delayMs } = settings;
  const provider = new TracerProvider({
    resource: resourceOf(settings),
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new TellingExporter(
          exporter ?? new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }),
          logger,
        ),
        scheduledDelayMillis: delayMs,
        maxQueueSize: QUEUED_MAX,
      }),
    ],
  });
  const tracer = provider.getTracer('waymark');
  return {
    begin({ name, kind, parent, links = [], attributes = {} }) {
      const context = parent === undefined ? undefined : parseTraceparent(parent);
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes,
          links: links.flatMap((link) => parseTraceparent(link) ?? []).map((of) => ({ context: of })),
        },
        context === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context),
      );
      return span.isRecording() ? open(span) : undefined;
    },
    shutdown: () => provider.shutdown(),
  };
}

/** Of an error only its code is told: its message may say what an event said. */
function open(span: OtelSpan): Span {
  return {
    traceparent: formatTraceparent(span.spanContext()),
    end(error) {
      if (error !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', error instanceof WaymarkError ? error.code : 'DEFECT');
      }
      span.end();
    },
  };
}

/** What the operator says of where it runs, with a name for each process. */
function resourceOf({ serviceName }: TelemetrySettings): Resource {
  const found = detectResources({ detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector] });
  return found.merge(resourceFromAttributes({ 'service.name': serviceName }));
}

function samplerOf({ sampler, share }: TelemetrySettings): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(share);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}
