import { askKeeper } from './ask-keeper.js';

export interface TestRedis {
  url: string;
  /** `unknown` if it does not tell. */
  version: string;
}

/**
 * The run's Redis, started when the first spec asks for it. All specs share it: keys need a prefix of their own, and nobody
 * flushes it.
 */
export async function testRedis(): Promise<TestRedis> {
  const { address, version } = await askKeeper('redis');
  return { url: address, version: version ?? 'unknown' };
}
