import { WaymarkError, type ErrorItem } from '@waymark/contracts';
import { z } from 'zod';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** How much is followed where nothing is said. */
const SHARE = 0.01;

/** Where traces go, and how many there are. */
export interface TelemetrySettings {
  /** Of the collector's traces. */
  url: string;
  serviceName: string;
  sampler: SamplerName;
  /** Of the traces that begin here, 0 to 1. */
  share: number;
  /** Milliseconds between two exports. */
  delayMs: number;
}

const url = z.url({ protocol: /^https?$/, error: 'must be http://host:port or https://host:port' });
const milliseconds = z.coerce.number<string>('must be milliseconds').int().min(1).max(600_000);

/** OpenTelemetry's own variables, as far as they are read here; the exporter reads its own beside them. */
const SCHEMA = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], 'must be otlp or none').default('otlp'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json', 'http/protobuf'], 'must be http/json: gRPC is not spoken')
    .optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}`).default('parentbased_traceidratio'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number<string>('must be a number from 0 to 1')
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(SHARE),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds.default(5_000),
});

/**
 * What OpenTelemetry's variables say; undefined where traces are off, as they are where no endpoint is named. Throws
 * INVALID_CONFIGURATION with every problem at once.
 */
export function telemetrySettings(
  env: Readonly<Record<string, string | undefined>>,
  target: readonly string[],
): TelemetrySettings | undefined {
  const given = Object.fromEntries(Object.keys(SCHEMA.shape).map((name) => [name, env[name] || undefined]));
  if (given['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const parsed = SCHEMA.safeParse(given);
  if (!parsed.success) throw misconfigured(parsed.error.issues);
  const of = parsed.data;
  const endpoint = of.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? tracesOf(of.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (endpoint === undefined || of.OTEL_TRACES_EXPORTER === 'none') return undefined;
  return {
    url: endpoint,
    serviceName: of.OTEL_SERVICE_NAME ?? `waymark-${target.join('-')}`,
    sampler: of.OTEL_TRACES_SAMPLER,
    share: of.OTEL_TRACES_SAMPLER_ARG,
    delayMs: of.OTEL_BSP_SCHEDULE_DELAY,
  };
}

/** The address for traces at a collector's address for everything. */
function tracesOf(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, '')}/v1/traces`;
}

function misconfigured(issues: readonly { path: readonly PropertyKey[]; message: string }[]): WaymarkError {
  const errors = issues.map(({ path, message }): ErrorItem => {
    const name = path.join('.');
    return { path: name, code: 'INVALID_CONFIGURATION', detail: `${name}: ${message}` };
  });
  const lines = errors.map(({ detail }) => `  ${detail}`).join('\n');
  return new WaymarkError('INVALID_CONFIGURATION', `the configuration has ${errors.length} problem(s):\n${lines}`, {
    errors,
  });
}
