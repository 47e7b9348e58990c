import { setTimeout as sleep } from 'node:timers/promises';
import type { INestMicroservice } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WaymarkError } from '@waymark/contracts';
import { JourneyHousekeeping } from '@waymark/postgres';
import {
  channelSecrets,
  closeInOrder,
  createShutdown,
  Health,
  onSignals,
  startTelemetry,
  type ClosingStep,
  type Config,
  type Logger,
  type Telemetry,
} from '@waymark/runtime';
import { createPlatform, type Platform } from './create-platform.js';
import { closeHttp, createHttpApp, listen } from './http/create-http-app.js';
import { isTarget } from './is-target.js';
import { keepHouse } from './keep-house.js';
import { reportLife } from './report-life.js';
import { createStreamApp } from './stream/create-stream-app.js';
import { walkInstances } from './walk-instances.js';

/** Between "not ready" and the end of listening, so that balancers notice. */
const UNREADY_MS = 50;

export interface RunningPlatform {
  url: string;
  platform: Platform;
  /** Closes everything in order and ends the process (P7). */
  shutdown(): Promise<void>;
  /** Closes everything in order, for whoever has something to say before the process ends. */
  close(): Promise<boolean>;
}

/** Starts everything: database, services, processors, HTTP. Resolves when it is ready for events. Channels find their secrets in `env`. */
export async function startPlatform(
  config: Config,
  logger: Logger,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningPlatform> {
  const telemetry = await startTelemetry({ env, target: config.target, logger });
  const { tracing } = telemetry;
  const platform = await createPlatform(config, logger, { secrets: channelSecrets(config, env), tracing }).catch(
    async (error: unknown) => {
      await telemetry.shutdown();
      throw error;
    },
  );
  const { dispatch, ingestion } = platform;
  const health = healthOf(platform);
  const http = await createHttpApp(platform, health, logger);
  const stream = await createStreamApp(platform);
  const life = reportLife(platform, logger);
  const walk = walkInstances(platform, logger);
  const house = keepHouseOf(platform, logger);
  const steps = closingSteps(platform, { health, http, stream, life, walk, house, telemetry });
  const close = (): Promise<boolean> => closeInOrder(steps, logger);
  const shutdown = createShutdown({ steps, logger, deadlineMs: config.shutdownDeadlineMs });
  onSignals(shutdown);
  try {
    if (isTarget(config, 'action-dispatch')) await dispatch.start();
    if (isTarget(config, 'ingestion')) await ingestion.workspace.announce();
    await stream.listen();
    const url = await listen(http, config);
    health.ready();
    return { url, platform, shutdown, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function keepHouseOf({ config, database, clock, metrics }: Platform, logger: Logger): Running['house'] {
  if (!isTarget(config, 'journey-state')) return undefined;
  const house = new JourneyHousekeeping(database, config.historyRetention);
  return keepHouse({ house, clock, metrics }, logger);
}

function healthOf({ group, server, database, openedLog }: Platform): Health {
  return new Health({
    live: [
      {
        name: 'partitions',
        check: async () =>
          group.stopped.length === 0 ? undefined : `${group.stopped.length} partition(s) stopped by a defect`,
      },
      { name: 'embedded PostgreSQL', check: async () => server?.problem() },
    ],
    ready: [
      { name: 'database', check: () => database.problem() },
      { name: 'log', check: () => openedLog.problem() },
    ],
  });
}

interface Running {
  health: Health;
  http: NestFastifyApplication;
  stream: INestMicroservice;
  life: { stop(): Promise<void> };
  walk: { stop(): Promise<void> };
  house: { stop(): Promise<void> } | undefined;
  telemetry: Telemetry;
}

/** P7: no more traffic, what is in hand done, then the connections from the outermost in. */
function closingSteps(
  platform: Platform,
  { health, http, stream, life, walk, house, telemetry }: Running,
): ClosingStep[] {
  const { config, ingestion, dispatch, jobs, openedLog, hot, database, server } = platform;
  return [
    {
      name: 'readiness',
      close: async () => {
        health.stopping();
        await sleep(UNREADY_MS);
      },
    },
    { name: 'http', close: () => closeHttp(http) },
    { name: 'accepted events', close: () => ingestion.append.drained() },
    { name: 'messages on their way', close: () => atMost(config.shutdownDeadlineMs / 2, dispatch.drain()) },
    { name: 'processors', close: () => stream.close() },
    { name: 'transports', close: () => dispatch.close() },
    { name: 'jobs', close: () => jobs.close() },
    { name: 'log', close: () => openedLog.close() },
    { name: 'hot context', close: () => hot.close() },
    { name: 'check of instances', close: () => walk.stop() },
    { name: 'housekeeping', close: async () => house?.stop() },
    { name: 'sign of life', close: () => life.stop() },
    { name: 'database', close: () => database.close() },
    { name: 'embedded PostgreSQL', close: async () => server?.stop() },
    { name: 'telemetry', close: () => telemetry.shutdown() },
  ];
}

/** Waits for work, but not for ever: what a stopped partition or a lost database leaves undone is found at the next start. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const abort = new AbortController();
  const late = sleep(ms, 'late' as const, { signal: abort.signal });
  const first = await Promise.race([work, late]);
  abort.abort();
  await late.catch(() => undefined);
  if (first === 'late') throw new WaymarkError('NOT_READY', `it was not done after ${ms} ms`);
}
