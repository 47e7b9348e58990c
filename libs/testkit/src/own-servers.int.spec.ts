import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { theKeeper } from './ask-keeper.js';
import { startOwnKafka, startOwnPostgres, startOwnRedis, type Server } from './own-servers.js';
import { RECIPES } from './provision/recipes.js';
import { SERVER_NAMES, type ServerName } from './provision/server-name.js';

const MINUTES = 180_000;
/** Long enough for a server that runs, in milliseconds; one that is held never answers. */
const ANSWER_MS = 500;

interface Client {
  start(options: { way: 'docker' | 'native' }): Promise<{ server: Server }>;
  put(address: string): Promise<unknown>;
  read(address: string): Promise<unknown>;
}

async function query(connectionString: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  // A client whose server is killed, or held for good, hears of it at some time.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(text);
  await client.end();
  return rows[0]?.name;
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

const kafka = (address: string): Kafka => new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });

const CLIENTS: Record<ServerName, Client> = {
  postgres: {
    start: startOwnPostgres,
    put: (url) => query(url, `create table kept as select 'Zoë' as name`),
    read: (url) => query(url, 'select name from kept'),
  },
  redis: {
    start: startOwnRedis,
    put: (url) => withRedis(url, (redis) => redis.set('kept', 'Zoë')),
    read: (url) => withRedis(url, (redis) => redis.get('kept')),
  },
  kafka: {
    start: startOwnKafka,
    async put(address) {
      const producer = kafka(address).producer();
      await producer.connect();
      await producer.send({ topic: 'kept', acks: -1, messages: [{ value: 'Zoë' }] });
      await producer.disconnect();
    },
    async read(address) {
      const admin = kafka(address).admin();
      await admin.connect();
      const [partition] = await admin.fetchTopicOffsets('kept');
      await admin.disconnect();
      return partition!.high === '1' ? 'Zoë' : undefined;
    },
  },
};

const running: Server[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.remove()));
}, MINUTES);

const { means } = theKeeper();
/** Containers differ in nothing but how they begin, which other suites show: Redis, the quickest, stands for them. */
const cases = SERVER_NAMES.flatMap((name) =>
  (['docker', 'native'] as const)
    .filter((way) => means[name][way] && (way === 'native' || name === 'redis' || !means[name].native))
    .map((way) => ({ name, way })),
);

describe.each(cases)('$name of one’s own ($way)', ({ name, way }) => {
  const { start, put, read } = CLIENTS[name];

  it(
    'has what it acknowledged when it was killed, and when it was told to end, at the same address',
    async () => {
      const { server } = await start({ way });
      running.push(server);
      expect(server.way).toBe(way);
      await put(server.address);
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        await server.stop(signal);
        await expect(RECIPES[name].greet(server.address)).rejects.toThrow();
        await server.start();
        expect(await read(server.address)).toBe('Zoë');
      }

      await server.pause();
      const answer = read(server.address);
      const silence = new Promise((done) => setTimeout(done, ANSWER_MS, 'silence'));
      expect(await Promise.race([answer, silence])).toBe('silence');
      await server.resume();
      expect(await answer).toBe('Zoë');
    },
    MINUTES,
  );
});
