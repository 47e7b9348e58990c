import { unsetVariables } from '@waymark/action-dispatch-service';
import { failureKind, SERVICES } from '@waymark/contracts';
import { SystemClock } from '@waymark/ports';
import type { SeenProcess } from '@waymark/postgres';
import type { Logger } from '@waymark/runtime';
import type { Platform } from './create-platform.js';
import { isTarget } from './is-target.js';
import { pauseFor } from './pause-for.js';
import { VERSION } from './version.js';

const EVERY_MS = 10_000;
const REAL_TIME = new SystemClock();

type Reporting = Pick<Platform, 'id' | 'config' | 'group' | 'dispatch' | 'secrets' | 'registry'>;

/** What this process has to say of itself. */
export function reportOf({
  id,
  config,
  group,
  dispatch,
  secrets,
}: Omit<Reporting, 'registry'>): Omit<SeenProcess, 'skewMs'> {
  return {
    id,
    services: SERVICES.filter((service) => isTarget(config, service)),
    version: VERSION,
    stopped: group.stopped.map(({ service, partition, error }) => ({
      service,
      partition,
      error: (error as Error).message,
    })),
    unset: unsetVariables(dispatch.channels(), secrets),
  };
}

/** Says now and then that this process lives, for `waymark doctor` anywhere; what cannot be said is said the next time. */
export function reportLife(platform: Reporting, logger: Pick<Logger, 'warn' | 'error'>): { stop(): Promise<void> } {
  const stop = new AbortController();
  const running = reportUntil(stop.signal, platform, logger);
  return {
    async stop() {
      stop.abort();
      await running;
    },
  };
}

async function reportUntil(
  signal: AbortSignal,
  platform: Reporting,
  logger: Pick<Logger, 'warn' | 'error'>,
): Promise<void> {
  const { registry, id } = platform;
  do {
    try {
      await registry.report(reportOf(platform), REAL_TIME.now());
    } catch (error) {
      if (failureKind(error) === 'defect')
        return logger.error({ err: error }, 'this process says no more that it lives');
      logger.warn({ err: error }, 'this process could not say that it lives');
    }
  } while (await pauseFor(EVERY_MS, signal));
  await registry.remove(id);
}
