import { MemoryHotContext, type HotContext } from '@waymark/ports';
import type { Config, Logger } from '@waymark/runtime';
import { isTarget } from '../is-target.js';
import type { Verdict } from './opened-log.js';

export interface OpenHotContext {
  hot: HotContext;
  /** What there is to say of its server. */
  verdicts(): Promise<Verdict[]>;
  /** Those that open when its server fails. */
  circuits(): { circuit: string; isOpen: boolean }[];
  close(): Promise<void>;
}

/** Redis where one is named, its keys this system's alone, else this process's memory. */
export async function openHotContext(config: Config, systemId: string, logger: Logger): Promise<OpenHotContext> {
  if (config.redisUrl === undefined)
    return { hot: inMemory(config), verdicts: async () => [], circuits: () => [], close: async () => undefined };
  const { RedisHotContext } = await import('@waymark/redis');
  const hot = await RedisHotContext.open({
    url: config.redisUrl,
    prefix: `waymark:${systemId}`,
    onWarning: (error: Error) => logger.warn({ err: error }, 'redis'),
  });
  const says = async (): Promise<Verdict> => {
    const problem = await hot.problem();
    return { check: 'redis', ok: problem === undefined, says: problem ?? 'answers' };
  };
  return {
    hot,
    verdicts: async () => [await says()],
    circuits: () => [{ circuit: 'redis', isOpen: hot.circuit === 'open' }],
    close: () => hot.close(),
  };
}

/** It is kept fresh by ingestion in the same process; without that every read is of the profiles (R62). */
function inMemory(config: Config): MemoryHotContext {
  return new MemoryHotContext({ customersMax: isTarget(config, 'ingestion') ? config.hotCustomersMax : 0 });
}
