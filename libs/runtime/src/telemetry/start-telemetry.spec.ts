import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { captureLog } from '../testing/captured-log.js';
import type { OtelTracing } from './otel-tracing.js';
import { startTelemetry, type TelemetryOptions } from './start-telemetry.js';

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318' };

/** Starts with what follows events replaced; tells how often it was loaded. */
async function start(env: Record<string, string>, tracing: Partial<OtelTracing> = {}) {
  const { logger, lines } = captureLog();
  let loads = 0;
  const load: TelemetryOptions['load'] = async () => {
    loads += 1;
    return { createOtelTracing: () => ({ begin: () => undefined, shutdown: () => Promise.resolve(), ...tracing }) };
  };
  const telemetry = await startTelemetry({ env, target: ['all'], logger, load });
  return { telemetry, lines, loads };
}

describe('telemetry that is off', () => {
  it('loads nothing, says nothing and has nothing to end', async () => {
    const { telemetry, lines, loads } = await start({});
    await telemetry.shutdown();
    expect([telemetry.tracing, lines, loads]).toEqual([undefined, [], 0]);
  });

  it('costs nothing: nothing of OpenTelemetry is reached from the library by a static import', () => {
    const index = fileURLToPath(new URL('../index.ts', import.meta.url));
    const reached = reachedFrom(index);
    expect(reached).toContain('prom-client');
    expect(reached.filter((module) => module.startsWith('@opentelemetry/'))).toEqual([]);
  });
});

describe('telemetry that is on', () => {
  it('follows events, and says how many', async () => {
    const { telemetry, lines, loads } = await start(ON);
    expect([telemetry.tracing !== undefined, loads]).toEqual([true, 1]);
    expect(lines).toMatchObject([
      { msg: 'traces are on', serviceName: 'waymark-all', sampler: 'parentbased_traceidratio', share: 0.01 },
    ]);
  });

  it('keeps no process from ending when the last spans cannot be exported', async () => {
    const { telemetry, lines } = await start(ON, { shutdown: () => Promise.reject(new Error('connection refused')) });
    await telemetry.shutdown();
    expect(lines.map(({ msg }) => msg)).toEqual(['traces are on', 'the last spans are lost']);
  });

  it('rejects when it is misconfigured', async () => {
    await expect(start({ ...ON, OTEL_TRACES_SAMPLER: 'x' })).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});

/** The modules outside the library that are loaded with a file: by static imports that are not of types alone. */
function reachedFrom(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type)[^;]*?['"]([^'"]+)['"];/gm);
  return [...imports].flatMap(([, name]) => {
    if (!name!.startsWith('.')) return [name!];
    const path = join(dirname(file), name!.replace(/\.js$/, '.ts'));
    expect(existsSync(path)).toBe(true);
    return reachedFrom(path, seen);
  });
}
