import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Tracing } from '@waymark/stream';
import type { Logger } from '../create-logger.js';
import type { createOtelTracing } from './otel-tracing.js';
import { telemetrySettings } from './telemetry-settings.js';

/** A collector that does not answer keeps no process from ending for longer than this. */
const LAST_EXPORT_MS = 2_000;

export interface TelemetryOptions {
  /** OpenTelemetry's variables are read from it. */
  env: Readonly<Record<string, string | undefined>>;
  /** What the process runs: names its service where `OTEL_SERVICE_NAME` does not. */
  target: readonly string[];
  logger: Logger;
  /** Takes the spans instead of the collector; for tests. */
  exporter?: SpanExporter;
  /** Loads what follows events; for tests. */
  load?: () => Promise<{ createOtelTracing: typeof createOtelTracing }>;
}

export interface Telemetry {
  /** To be given to the services and the processors; undefined where traces are off. */
  tracing: Tracing | undefined;
  /** Exports what has not been exported. Never rejects, and takes two seconds at most. */
  shutdown(): Promise<void>;
}

const OFF: Telemetry = { tracing: undefined, shutdown: () => Promise.resolve() };

/** Begins to follow events where the environment says so; else nothing of OpenTelemetry's SDK is loaded. Rejects with INVALID_CONFIGURATION. */
export async function startTelemetry({
  env,
  target,
  logger,
  exporter,
  load = () => import('./otel-tracing.js'),
}: TelemetryOptions): Promise<Telemetry> {
  const settings = telemetrySettings(env, target);
  if (!settings) return OFF;
  const otel = await load();
  const tracing = otel.createOtelTracing(settings, logger, exporter);
  const { serviceName, sampler, share } = settings;
  logger.info({ serviceName, sampler, share }, 'traces are on');
  return {
    tracing,
    async shutdown() {
      const abort = new AbortController();
      const exported = tracing
        .shutdown()
        .catch((error: unknown) => logger.warn({ err: error }, 'the last spans are lost'));
      const late = sleep(LAST_EXPORT_MS, undefined, { signal: abort.signal }).catch(() => undefined);
      await Promise.race([exported, late]);
      abort.abort();
    },
  };
}
