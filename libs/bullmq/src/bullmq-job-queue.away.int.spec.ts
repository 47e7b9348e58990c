import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { SystemClock, type Job } from '@waymark/ports';
import { RedisProxy } from '@waymark/redis/testing';
import { describeWith, testRedis } from '@waymark/testkit';
import { Redis } from 'ioredis';
import { BullMqJobQueue } from './bullmq-job-queue.js';

jest.setTimeout(60_000);

const unavailable = { code: 'STORE_UNAVAILABLE', kind: 'transient' };
const job = (id: string): Job => ({ id, dueAt: 0, data: {} });

let url: string;
let proxy: RedisProxy;
let prefix: string;
const opened: BullMqJobQueue[] = [];
const errors: Error[] = [];

beforeEach(async () => {
  ({ url } = await testRedis());
  proxy = await RedisProxy.start(url);
  prefix = randomUUID();
});

afterEach(async () => {
  for (const queue of opened.splice(0)) await queue.close();
  await proxy.close();
  errors.splice(0);
});

function open(redisUrl = proxy.url): BullMqJobQueue {
  const onError = (error: Error): void => void errors.push(error);
  const queue = new BullMqJobQueue({ redisUrl, prefix, clock: new SystemClock(), onError });
  opened.push(queue);
  return queue;
}

/** Works on a queue; resolves, each time it is called, when one more job has run. */
async function work(queue: BullMqJobQueue): Promise<() => Promise<string>> {
  const ran: string[] = [];
  const waiting: ((id: string) => void)[] = [];
  await queue.work(async ({ id }) => {
    const next = waiting.shift();
    if (next) next(id);
    else ran.push(id);
  });
  return () => {
    const id = ran.shift();
    return id === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(id);
  };
}

/** Adds as soon as Redis can be asked again. */
async function addWhenBack(queue: BullMqJobQueue, added: Job): Promise<void> {
  for (;;) {
    const [result] = await Promise.allSettled([queue.add([added])]);
    if (result.status === 'fulfilled') return;
    await new Promise(setImmediate);
  }
}

describeWith('redis', 'BullMqJobQueue without Redis', () => {
  it('refuses to add at once, and goes on when it is back', async () => {
    const queue = open();
    const next = await work(queue);
    await queue.add([job('before')]);
    expect(await next()).toBe('before');
    proxy.cut();
    await expect(queue.add([job('during')])).rejects.toMatchObject(unavailable);
    for (let time = 0; time < 100; time += 1) await expect(queue.size()).rejects.toMatchObject(unavailable);
    proxy.restore();
    await addWhenBack(queue, job('after'));
    expect(await next()).toBe('after');
    for (const error of errors) expect(error).toMatchObject(unavailable);
  });

  it('runs what another has added meanwhile', async () => {
    const [queue, other] = [open(), open(url)];
    const next = await work(queue);
    proxy.cut();
    await other.add([job('theirs')]);
    proxy.restore();
    expect(await next()).toBe('theirs');
  });

  it('does not wait for a Redis that stands still', async () => {
    const queue = open();
    await queue.add([job('before')]);
    proxy.stall();
    await expect(queue.add([job('during')])).rejects.toMatchObject(unavailable);
    await expect(queue.size()).rejects.toMatchObject(unavailable);
    proxy.restore();
    await addWhenBack(queue, job('after'));
    expect(await queue.size()).toBe(3);
  });

  it('goes on when Redis has lost its scripts and its jobs', async () => {
    const queue = open();
    const next = await work(queue);
    await queue.add([job('before')]);
    expect(await next()).toBe('before');
    const redis = new Redis(url);
    await redis.script('FLUSH');
    await redis.unlink(await redis.keys(`${prefix}:*`));
    redis.disconnect();
    await queue.add([job('after')]);
    expect(await next()).toBe('after');
    expect(await queue.size()).toBeLessThanOrEqual(1);
  });

  it.each(['cut', 'stall'] as const)('closes after a %s', async (how) => {
    const queue = open();
    await work(queue);
    proxy[how]();
    await queue.close();
    await expect(queue.add([job('late')])).rejects.toMatchObject(unavailable);
  });
});
