import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, afterAll, expect, it } from '@jest/globals';
import { customerIdSchema, type CustomerId, type WaymarkError } from '@waymark/contracts';
import { CONTEXT_BYTES_MAX, emptyContext, type CustomerContext } from '@waymark/customer-context';
import { NEWEST } from '@waymark/ports';
import { hotContextSuite } from '@waymark/ports/suites';
import { describeWith, testRedis } from '@waymark/testkit';
import { Redis } from 'ioredis';
import { RedisHotContext } from './redis-hot-context.js';

const ada = customerIdSchema.parse('ada');
const bob = customerIdSchema.parse('bob');
const at = (id: CustomerId, version: number): CustomerContext => ({ ...emptyContext(id), version });
const wanted = (customerId: CustomerId, minVersion = 0) => ({ customerId, minVersion });

const opened: RedisHotContext[] = [];
const warnings: string[] = [];
let url: string;
/** A connection beside the one under test. */
let redis: Redis;

/** A hot context under keys of its own, with time enough for a machine that is busy. */
async function open(over: Partial<Parameters<typeof RedisHotContext.open>[0]> = {}): Promise<RedisHotContext> {
  const onWarning = ({ message }: WaymarkError): void => void warnings.push(message);
  const hot = await RedisHotContext.open({ url, prefix: randomUUID(), timeoutMs: 30_000, onWarning, ...over });
  opened.push(hot);
  return hot;
}

describeWith('redis', 'RedisHotContext', () => {
  beforeAll(async () => {
    ({ url } = await testRedis());
    redis = new Redis(url);
  });

  afterAll(async () => {
    redis.disconnect();
  });

  afterEach(async () => {
    for (const hot of opened.splice(0)) await hot.close();
    warnings.splice(0);
  });

  hotContextSuite('Redis', () => open());

  it('keeps a context for its time, from the last write on', async () => {
    const hot = await open({ prefix: 'timed', ttlMs: 60_000 });
    await hot.put([at(ada, 1)]);
    await redis.persist('timed:ctx1:ada');
    await hot.put([at(ada, 1)]);
    const leftMs = await redis.pttl('timed:ctx1:ada');
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
    await hot.drop([ada]);
  });

  it('keeps it for a week when nothing is said', async () => {
    const hot = await open({ prefix: 'weekly' });
    await hot.put([at(ada, 1)]);
    expect((await redis.pttl('weekly:ctx1:ada')) / 86_400_000).toBeCloseTo(7, 2);
    await hot.drop([ada]);
  });

  it('never answers who wants the newest', async () => {
    const hot = await open();
    await hot.put([at(ada, 3), at(bob, 3)]);
    expect([...(await hot.get([wanted(ada, NEWEST), wanted(bob, 3)])).keys()]).toEqual([bob]);
    expect((await hot.get([wanted(ada, NEWEST)])).size).toBe(0);
  });

  it('keeps nothing larger than a context may be, nor the older one before it', async () => {
    const hot = await open();
    const large = { ...at(ada, 2), traits: { a: 'x'.repeat(CONTEXT_BYTES_MAX) } };
    await hot.put([at(ada, 1)]);
    await hot.put([large]);
    await hot.put([at(ada, 1)]);
    expect((await hot.get([wanted(ada)])).size).toBe(0);
    await hot.put([at(ada, 3)]);
    expect((await hot.get([wanted(ada)])).get(ada)?.version).toBe(3);
  });

  it.each<[string, (key: string) => Promise<unknown>]>([
    ['words', (key) => redis.set(key, 'hello')],
    ['nothing at all', (key) => redis.set(key, '')],
    ['a number', (key) => redis.set(key, 12)],
    ['bytes that are no text', (key) => redis.set(key, Buffer.from([0x37, 0x20, 0xff, 0xfe, 0x00]))],
    ['half a context', (key) => redis.set(key, '1 {"id":"ada"')],
    ['a context of another shape', (key) => redis.set(key, '1 {"id":"ada","version":1}')],
    ['a hash', (key) => redis.hset(key, { v: 9, c: '{}' })],
    ['a list', (key) => redis.rpush(key, '9', '{}')],
    ['a set', (key) => redis.sadd(key, 'a')],
    ['a sorted set', (key) => redis.zadd(key, 9, 'a')],
    ['a stream', (key) => redis.xadd(key, '*', 'a', 'b')],
  ])('misses where there is %s, and puts a context in its place', async (_what, fill) => {
    const prefix = randomUUID();
    const hot = await open({ prefix });
    await fill(`${prefix}:ctx1:ada`);
    await hot.put([at(bob, 1)]);
    expect([...(await hot.get([wanted(ada), wanted(bob)])).keys()]).toEqual([bob]);
    await hot.put([at(ada, 1)]);
    expect((await hot.get([wanted(ada)])).get(ada)).toEqual(at(ada, 1));
    expect(warnings).toEqual([]);
  });

  it('touches nothing of others in the same Redis', async () => {
    const prefix = randomUUID();
    const others = [`${prefix}:ada`, `${prefix}:ctx0:ada`, `${prefix}2:ctx1:ada`, `ctx1:ada:${prefix}`];
    await redis.mset(Object.fromEntries(others.map((key) => [key, 'theirs'])));
    const hot = await open({ prefix });
    await hot.put([at(ada, 1)]);
    await hot.get([wanted(ada)]);
    await hot.drop([ada]);
    await hot.close();
    expect(await redis.mget(others)).toEqual(others.map(() => 'theirs'));
    await redis.unlink(others);
  });

  it('goes on when Redis has lost its scripts', async () => {
    const hot = await open();
    await hot.put([at(ada, 1)]);
    await redis.script('FLUSH');
    await hot.put(Array.from({ length: 500 }, (_, nth) => at(`c${nth}` as CustomerId, nth)));
    await redis.script('FLUSH');
    await hot.put([at(ada, 2)]);
    await hot.put([at(ada, 1)]);
    expect((await hot.get([wanted(ada)])).get(ada)?.version).toBe(2);
    const last = (await hot.get([wanted('c499' as CustomerId)])).get('c499' as CustomerId);
    expect(last?.version).toBe(499);
    expect(warnings).toEqual([]);
  });

  it('misses what was flushed in the middle of the work, and is filled again', async () => {
    const hot = await open({ url: `${url}/9` });
    const own = new Redis(`${url}/9`);
    const ids = Array.from({ length: 300 }, (_, nth) => `c${nth}` as CustomerId);
    const [before] = await Promise.all([
      hot.put(ids.map((id) => at(id, 2))).then(() => hot.get(ids.map((id) => wanted(id, 2)))),
      own.flushdb(),
    ]);
    for (const context of before.values()) expect(context).toEqual(at(context.id, 2));
    await own.flushdb();
    expect((await hot.get(ids.map((id) => wanted(id)))).size).toBe(0);
    await hot.put(ids.map((id) => at(id, 1)));
    expect((await hot.get(ids.map((id) => wanted(id)))).size).toBe(300);
    expect(warnings).toEqual([]);
    own.disconnect();
  });

  it('does not go on with what Redis refuses to replace, and says so once', async () => {
    const prefix = randomUUID();
    const user = `reader-${prefix}`;
    await redis.acl('SETUSER', user, 'on', '>secret', `~${prefix}:*`, '+@all', '-set');
    const hers = new URL(url);
    hers.username = user;
    hers.password = 'secret';
    const hot = await open({ url: hers.href, prefix });
    await (await open({ prefix })).put([at(ada, 1)]);
    expect((await hot.get([wanted(ada)])).size).toBe(1);
    await hot.put([at(ada, 2), at(bob, 1)]);
    await hot.put([at(ada, 3)]);
    expect((await hot.get([wanted(ada)])).size).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(/^the hot contexts in Redis cannot be used now: it refuses to write: .+/),
    ]);
    await redis.acl('SETUSER', user, '+set');
    await hot.put([at(ada, 4)]);
    expect((await hot.get([wanted(ada)])).get(ada)?.version).toBe(4);
    expect(warnings).toHaveLength(1);
    await redis.acl('DELUSER', user);
  });

  it.each<[string, (given: URL) => void]>([
    ['a wrong password', (given) => Object.assign(given, { username: 'nobody', password: 'hunter2' })],
    ['a database that is not there', (given) => Object.assign(given, { pathname: '/9999' })],
  ])('refuses to open with %s, and keeps the secret', async (_what, change) => {
    const given = new URL(url);
    change(given);
    const refused = open({ url: given.href });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/^Redis does not let us in .*REDIS_URL$/),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
  });

  it('answers whether Redis does', async () => {
    const hot = await open();
    expect([hot.circuit, await hot.problem()]).toEqual(['closed', undefined]);
    await hot.close();
    expect([hot.circuit, await hot.problem()]).toEqual(['open', 'Redis does not answer: the connection was closed']);
  });
});
