import { describe, expect, it } from '@jest/globals';
import type { ErrorItem, WaymarkError } from '@waymark/contracts';
import { telemetrySettings } from './telemetry-settings.js';

type Env = Record<string, string>;

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const settings = (env: Env, target = ['ingestion']) => telemetrySettings(env, target);

function problemsOf(env: Env): readonly ErrorItem[] {
  try {
    settings(env);
  } catch (error) {
    return (error as WaymarkError).errors;
  }
  return [];
}

describe('traces', () => {
  it.each<[string, Env]>([
    ['no endpoint is named', {}],
    ['its name is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['they are switched off', { ...ON, OTEL_SDK_DISABLED: 'TRUE' }],
    ['no exporter is wanted', { ...ON, OTEL_TRACES_EXPORTER: 'none' }],
  ])('are off where %s', (_, env) => {
    expect(settings(env)).toBeUndefined();
  });

  it('are, where an endpoint is named, one of a hundred', () => {
    expect(settings(ON)).toEqual({
      url: 'http://collector:4318/v1/traces',
      serviceName: 'waymark-ingestion',
      sampler: 'parentbased_traceidratio',
      share: 0.01,
      delayMs: 5_000,
    });
  });

  it.each([
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://collector/otlp', 'https://collector/otlp/v1/traces'],
  ])('of %s go to %s', (endpoint, url) => {
    expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatchObject({ url });
  });

  it('go to an address of their own as it is', () => {
    const env = { ...ON, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/here' };
    expect(settings(env)).toMatchObject({ url: 'http://traces:4318/here' });
  });

  it('are of a service named by the operator, or after what the process runs', () => {
    expect(settings({ ...ON, OTEL_SERVICE_NAME: 'shop' })).toMatchObject({ serviceName: 'shop' });
    expect(settings(ON, ['ingestion', 'journey-state'])).toMatchObject({
      serviceName: 'waymark-ingestion-journey-state',
    });
  });

  it('are as many as is said', () => {
    const env = { ...ON, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    expect(settings(env)).toMatchObject({ sampler: 'traceidratio', share: 0.5 });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'much'],
    ['OTEL_BSP_SCHEDULE_DELAY', '0'],
  ])('are refused where %s is %s, by a sentence that names it', (name, value) => {
    expect(problemsOf({ ...ON, [name]: value })).toEqual([
      {
        path: name,
        code: 'INVALID_CONFIGURATION',
        detail: expect.stringMatching(new RegExp(`^${name}: must be `)),
      },
    ]);
  });

  it('are refused with all problems at once', () => {
    const env = { ...ON, OTEL_TRACES_SAMPLER: 'x', OTEL_TRACES_SAMPLER_ARG: '2' };
    expect(problemsOf(env).map(({ path }) => path)).toEqual(['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG']);
  });
});
