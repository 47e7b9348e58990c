import type { Recipe } from './recipe.js';

const PORT = 6379;
/** What was acknowledged outlives the process. */
const DURABLE = ['--save', '', '--appendonly', 'yes'];

export const redisRecipe: Recipe = {
  title: 'Redis',
  image: 'redis:7',
  variable: 'WAYMARK_TEST_REDIS_URL',
  install: 'redis-server',

  async native({ host, port }, folder) {
    const args = ['--bind', host, '--port', String(port), '--dir', folder, ...DURABLE];
    return { program: { command: 'redis-server', args }, address: `redis://${host}:${port}` };
  },

  container: ({ host, port }) => ({
    container: {
      port: PORT,
      command: ['redis-server', ...DURABLE],
      ready: { line: /Ready to accept connections/, times: 1 },
    },
    address: `redis://${host}:${port}`,
  }),

  async greet(address) {
    const { Redis } = await import('ioredis');
    const redis = new Redis(address, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    // What goes wrong rejects the call as well.
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1];
    } finally {
      redis.disconnect();
    }
  },
};
