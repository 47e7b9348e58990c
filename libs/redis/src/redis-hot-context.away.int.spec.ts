import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { CustomerId, WaymarkError } from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import { describeWith, testRedis } from '@waymark/testkit';
import { Redis } from 'ioredis';
import { RedisHotContext } from './redis-hot-context.js';
import { RedisProxy } from './testing/redis-proxy.js';

/** How long an answer is awaited where none is to come, and where one is, in milliseconds. */
const SHORT_MS = 500;
const LONG_MS = 30_000;

jest.setTimeout(60_000);

const ids = Array.from({ length: 500 }, (_, nth) => `customer ${nth}` as CustomerId);
const contexts = (version: number): CustomerContext[] => ids.map((id) => ({ ...emptyContext(id), version }));
const all = ids.map((customerId) => ({ customerId, minVersion: 0 }));
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise(setImmediate);
};

let proxy: RedisProxy;
/** A connection that goes past the proxy. */
let redis: Redis;
let prefix: string;
let hot: RedisHotContext | undefined;
const warnings: string[] = [];

beforeEach(async () => {
  const { url } = await testRedis();
  redis = new Redis(url);
  proxy = await RedisProxy.start(url);
  prefix = randomUUID();
  warnings.splice(0);
});

afterEach(async () => {
  await hot?.close();
  hot = undefined;
  await proxy.close();
  redis.disconnect();
});

async function open(timeoutMs = LONG_MS, url = proxy.url): Promise<RedisHotContext> {
  const onWarning = ({ code, message }: WaymarkError): void => void warnings.push(`${code}: ${message}`);
  hot = await RedisHotContext.open({ url, prefix, timeoutMs, onWarning });
  return hot;
}

/** Whether all calls do without Redis, at once. */
async function expectAway(of: RedisHotContext): Promise<void> {
  expect(of.circuit).toBe('open');
  expect((await of.get(all)).size).toBe(0);
  await of.put(contexts(9));
  await expect(of.drop(ids)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
  expect(await of.problem()).toMatch(/^Redis does not answer: .+/);
}

async function expectUsable(of: RedisHotContext): Promise<void> {
  await until(() => of.circuit === 'closed');
  await of.put(contexts(10));
  const found = await of.get(all);
  expect([...found.values()]).toEqual(contexts(10));
  expect(await of.problem()).toBeUndefined();
}

const stored = (): Promise<number> => redis.exists(ids.map((id) => `${prefix}:ctx1:${id}`));

describeWith('redis', 'RedisHotContext without Redis', () => {
  it('opens where there is none, says so once, and is used when it comes', async () => {
    proxy.cut();
    const of = await open();
    await expectAway(of);
    const tried = proxy.connections;
    await until(() => proxy.connections > tried);
    expect(warnings).toEqual([
      expect.stringMatching(/^STORE_UNAVAILABLE: the hot contexts in Redis cannot be used now: /),
    ]);
    proxy.restore();
    await expectUsable(of);
    expect(warnings).toHaveLength(1);
  });

  it('tells that nobody listens', async () => {
    const of = await open(LONG_MS, 'redis://127.0.0.1:1');
    await expectAway(of);
    expect(warnings).toEqual([
      'STORE_UNAVAILABLE: the hot contexts in Redis cannot be used now: connect ECONNREFUSED 127.0.0.1:1',
    ]);
  });

  it('opens where nobody answers', async () => {
    proxy.stall();
    const of = await open(SHORT_MS);
    await expectAway(of);
    expect(warnings).toEqual([expect.stringContaining(`no answer in ${SHORT_MS} ms`)]);
  });

  it('goes on when the connection is cut in the middle of a write', async () => {
    const of = await open();
    proxy.cutAfter(400);
    await of.put(contexts(1));
    await until(() => of.circuit === 'open');
    await expectAway(of);
    expect(warnings).toHaveLength(1);
    proxy.restore();
    await expectUsable(of);
  });

  it('misses what does not come when the connection is cut in the middle of a read', async () => {
    const of = await open();
    await of.put(contexts(1));
    proxy.cutAfter(20_000);
    expect((await of.get(all)).size).toBe(0);
    await until(() => of.circuit === 'open');
    await expectAway(of);
    proxy.restore();
    await expectUsable(of);
  });

  it('pays once for a Redis that stands still, and nothing piles up behind it (P6)', async () => {
    const of = await open(SHORT_MS);
    proxy.stall();
    const begun = performance.now();
    expect((await of.get(all)).size).toBe(0);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(SHORT_MS - 1);
    await until(() => of.circuit === 'open');
    await expectAway(of);
    // It may be connected to, and does not answer then either: it is left alone again.
    const tried = proxy.connections;
    await until(() => proxy.connections > tried + 1);
    await expectAway(of);
    expect(warnings).toEqual([expect.stringContaining(`no answer in ${SHORT_MS} ms`)]);
    proxy.restore();
    await until(() => of.circuit === 'closed');
    expect(await of.problem()).toBeUndefined();
  });

  it('sends a batch in one round trip', async () => {
    const of = await open();
    await of.put(contexts(1).slice(0, 1));
    proxy.stall();
    const putting = of.put(contexts(2));
    await until(async () => (await stored()) === 500);
    proxy.restore();
    await putting;
    expect((await of.get(all)).size).toBe(500);
  });

  it('is empty, and filled again, after a restart that keeps nothing', async () => {
    const of = await open();
    await of.put(contexts(5));
    proxy.cut();
    await redis.unlink(ids.map((id) => `${prefix}:ctx1:${id}`));
    await redis.script('FLUSH');
    await until(() => of.circuit === 'open');
    proxy.restore();
    await until(() => of.circuit === 'closed');
    expect((await of.get(all)).size).toBe(0);
    await of.put(contexts(4));
    expect([...(await of.get(all)).values()]).toEqual(contexts(4));
    await expectUsable(of);
  });

  it('answers those who want a version that was put while it was away with a miss, and never with the older one', async () => {
    const of = await open();
    await of.put(contexts(1));
    proxy.cut();
    await until(() => of.circuit === 'open');
    await of.put(contexts(2));
    proxy.restore();
    await until(() => of.circuit === 'closed');
    expect((await of.get(all.map((want) => ({ ...want, minVersion: 2 })))).size).toBe(0);
  });

  it('closes while Redis is away', async () => {
    const of = await open();
    proxy.cut();
    await until(() => of.circuit === 'open');
    const tried = proxy.connections;
    await of.close();
    expect([of.circuit, proxy.connections]).toEqual(['open', tried]);
  });

  it('closes while Redis stands still, without a warning', async () => {
    const of = await open();
    proxy.stall();
    const reading = of.get(all);
    await of.close();
    expect((await reading).size).toBe(0);
    expect([of.circuit, warnings]).toEqual(['open', []]);
  });
});
