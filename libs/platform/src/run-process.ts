import { setTimeout as sleep } from 'node:timers/promises';
import { failureKind, WaymarkError, type ServiceName } from '@waymark/contracts';
import { createLogger, onSignals, parseConfig, type Config, type Logger } from '@waymark/runtime';
import { startPlatform } from './start-platform.js';

/** As sysexits.h has it. */
const EX_CONFIG = 78;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 15_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A process of a cluster, from its environment to its end: runs the services named, or those that `WAYMARK_TARGET` names.
 * While what it needs is not there yet (a database, its migrations, brokers) it is not ready, and tries again for ever;
 * a signal ends it then at once, with code 0, as it holds nothing.
 * What is wrong for good is said in one sentence, and the process ends with exit code 78 for a configuration, 1 for the rest.
 */
export async function runProcess(env: Env, services?: readonly ServiceName[]): Promise<void> {
  try {
    const config = parseConfig(services ? { ...env, WAYMARK_TARGET: services.join(',') } : env);
    const logger = createLogger({ level: config.logLevel, pretty: false });
    await startWhenItCan(config, logger, env);
  } catch (error) {
    const isOurs = error instanceof WaymarkError && error.kind !== 'defect';
    process.stderr.write(`${isOurs ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(error instanceof WaymarkError && error.code === 'INVALID_CONFIGURATION' ? EX_CONFIG : 1);
  }
}

async function startWhenItCan(config: Config, logger: Logger, env: Env): Promise<void> {
  const endAtOnce = (): void => process.exit(0);
  onSignals(endAtOnce);
  for (let waitMs = RETRY_MS; ; waitMs = Math.min(RETRY_MS_MAX, waitMs * 2)) {
    try {
      const { url } = await startPlatform(config, logger, env);
      return logger.info({ url, target: config.target }, 'ready');
    } catch (error) {
      if (failureKind(error) !== 'transient') throw error;
      onSignals(endAtOnce);
      logger.warn({ err: error, againInMs: waitMs }, 'not started yet');
      await sleep(waitMs);
    }
  }
}
