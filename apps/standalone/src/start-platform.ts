import { setTimeout as sleep } from 'node:timers/promises';
import { WaymarkError } from '@waymark/contracts';
import {
  channelSecrets,
  closeInOrder,
  createShutdown,
  Health,
  onSignals,
  type Config,
  type Logger,
} from '@waymark/runtime';
import { createPlatform, type Platform } from './create-platform.js';
import { closeHttp, createHttpApp, listen } from './http/create-http-app.js';
import { isTarget } from './is-target.js';
import { trimLog } from './trim-log.js';

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
  const platform = await createPlatform(config, logger, channelSecrets(config, env));
  const { group, dispatch, ingestion, jobs, database, server } = platform;
  const health = new Health({
    live: [
      {
        name: 'partitions',
        check: async () =>
          group.stopped.length === 0 ? undefined : `${group.stopped.length} partition(s) stopped by a defect`,
      },
      { name: 'embedded PostgreSQL', check: async () => server?.problem() },
    ],
    ready: [{ name: 'database', check: () => database.problem() }],
  });
  const app = await createHttpApp(platform, health, logger);
  const trimming = trimLog(platform, logger);
  const steps = [
    {
      name: 'readiness',
      close: async () => {
        health.stopping();
        await sleep(UNREADY_MS);
      },
    },
    { name: 'http', close: () => closeHttp(app) },
    { name: 'accepted events', close: () => ingestion.append.drained() },
    { name: 'messages on their way', close: () => atMost(config.shutdownDeadlineMs / 2, dispatch.drain()) },
    { name: 'processors', close: () => group.stop() },
    { name: 'transports', close: () => dispatch.close() },
    { name: 'jobs', close: () => jobs.close() },
    { name: 'trimming', close: () => trimming.stop() },
    { name: 'database', close: () => database.close() },
    { name: 'embedded PostgreSQL', close: async () => server?.stop() },
  ];
  const close = (): Promise<boolean> => closeInOrder(steps, logger);
  const shutdown = createShutdown({ steps, logger, deadlineMs: config.shutdownDeadlineMs });
  try {
    if (isTarget(config, 'action-dispatch')) await dispatch.start();
    await ingestion.workspace.announce();
    group.start();
    const url = await listen(app, config);
    onSignals(shutdown);
    health.ready();
    return { url, platform, shutdown, close };
  } catch (error) {
    await close();
    throw error;
  }
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
