/**
 * Jobs in Redis, on connections made here: BullMQ makes none by itself in an ES module, and closes none that it is given.
 *
 * - To add is to fail at once while Redis is away: nothing waits in line (P6), only the first attempt to connect is awaited.
 * - To work is to wait for Redis for as long as it takes, as BullMQ wants it; the connection on which it blocks is a copy.
 */
import { WaymarkError } from '@waymark/contracts';
import { createRedisBackend, type QueueOptions, type WorkerOptions } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { JobBackend } from './job-backend.js';

/** Milliseconds that an answer is awaited by whoever adds. */
const ANSWER_MS_MAX = 2_000;
/** Milliseconds until a lost connection is made anew: at first, and at most. A late answer's clock has run out by then. */
const PAUSE_MS = ANSWER_MS_MAX;
const PAUSE_MS_MAX = 10_000;
/** How long a connection that is closed may take to end, in milliseconds. */
const END_MS_MAX = 100;

export interface RedisJobsOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` with TLS. */
  redisUrl: string;
  /** Begins the keys of BullMQ; two Waymarks in one Redis need two. */
  prefix: string;
}

const ALL: RedisOptions = {
  connectionName: 'waymark-jobs',
  disableClientInfo: true,
  connectTimeout: ANSWER_MS_MAX,
  disconnectTimeout: END_MS_MAX,
  retryStrategy: (attempt) => Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (attempt - 1)),
};
const TO_ADD: RedisOptions = {
  ...ALL,
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  socketTimeout: ANSWER_MS_MAX,
};
const TO_WORK: RedisOptions = { ...ALL, maxRetriesPerRequest: null };

export function redisBackend({ redisUrl, prefix }: RedisJobsOptions): JobBackend {
  const adding = connection(redisUrl, TO_ADD);
  let reason = 'the connection was closed';
  adding.on('error', (error: NodeJS.ErrnoException) => (reason = error.message || String(error.code)));
  const connected = Promise.allSettled([adding.connect()]);
  const connections = [adding];
  return {
    create(name, options, how) {
      if (how?.withBlockingConnection) {
        const working = connection(redisUrl, TO_WORK);
        connections.push(working);
        const worker: WorkerOptions = { ...options, prefix, connection: working };
        return createRedisBackend(name, worker, how);
      }
      const queue: QueueOptions = {
        ...options,
        prefix,
        connection: adding,
        skipWaitingForReady: true,
        skipVersionCheck: true,
      };
      return createRedisBackend(name, queue, how);
    },
    async ready() {
      await connected;
      if (adding.status === 'ready') return;
      throw new WaymarkError('STORE_UNAVAILABLE', `the job queue in Redis cannot be used now: ${reason}`);
    },
    async answers() {
      const [pong] = await Promise.allSettled([adding.ping()]);
      return pong.status === 'fulfilled' && connections.every(({ status }) => status === 'ready');
    },
    async close() {
      await Promise.all(connections.map(ended));
    },
  };
}

function connection(url: string, options: RedisOptions): Redis {
  const redis: Redis = new Redis(url, {
    ...options,
    // A primary that was made a replica: the name may lead to the new one. Once is enough for a whole batch.
    reconnectOnError: ({ message }) => message.startsWith('READONLY') && redis.stream.writable,
  });
  return redis;
}

/** Ends a connection, whatever state it is in. */
async function ended(redis: Redis): Promise<void> {
  const isConnected = ['connecting', 'connect', 'ready'].includes(redis.status);
  const end = isConnected && new Promise((resolve) => redis.once('end', resolve));
  redis.disconnect();
  await end;
}
