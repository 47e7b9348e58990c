import { beforeEach, describe, expect, it } from '@jest/globals';
import { rawEventSchema, type Channel } from '@waymark/contracts';
import { MemoryDispatchStore } from '@waymark/ports';
import type { SendResult } from './hand-over/transport.js';
import { DispatchWorld } from './testing/dispatch-world.js';
import { aChannel, aCustomer, anAction, aPolicy } from './testing/samples.js';

const START = '2026-05-04T08:00:00.000Z';
const HOOK = {
  id: 'hook',
  type: 'webhook',
  url: 'https://partner.example/take',
  retry: { attempts: 3, base: 'PT1S', max: 'PT1M' },
};
const ID = anAction().actionId;
const NIGHT = aPolicy({
  quietHours: { windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '22:00', to: '06:00' }] },
  release: { spread: 'PT0S' },
});

async function world(channels: Channel[] = [aChannel()], start = START): Promise<DispatchWorld> {
  const made = new DispatchWorld(start);
  made.contexts.set('ada' as never, aCustomer());
  await made.start();
  made.apply(...channels);
  return made;
}

const refusal = (status: number, more: Partial<Extract<SendResult, { ok: false }>> = {}): SendResult => ({
  ok: false,
  permanent: status < 500 && status !== 429,
  reason: `HTTP ${status}`,
  status,
  ...more,
});

describe('hand-over', () => {
  it('sends a message with the address of the moment, and tells of it with its cause', async () => {
    const w = await world();
    w.deliver({ offer: { id: 'free-shipping', strategy: 'curate', value: 4 } });
    await w.settle();
    expect(
      w.provider.tries.map(({ action, attempt, context }) => [action.actionId, attempt, context.traits['email']]),
    ).toEqual([[ID, 1, 'ada@example.com']]);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'sent',
      attempt: 1,
      settledAt: Date.parse(START),
      because: ['consent to marketing by email is granted'],
    });
    const [outcome, ...others] = await w.outcomes();
    expect(others).toEqual([]);
    expect(rawEventSchema.parse(outcome)).toMatchObject({
      event: 'Email Sent',
      customerId: 'ada',
      messageId: `${ID}.sent`,
      timestamp: START,
      properties: {
        channel: 'email',
        class: 'marketing',
        categories: ['cart'],
        outcome: 'sent',
        offerId: 'free-shipping',
        value: 4,
      },
      cause: { actionId: ID, instanceId: 'i1', journeyId: 'cart', stepId: 'remind' },
    });
  });

  it.each([
    ['webhook', 'Webhook Delivered'],
    ['inbox', 'Inbox Message Delivered'],
    ['log', 'Log Message Delivered'],
  ])('a %s that took the message has delivered it: %s', async (type, event) => {
    const w = await world([aChannel({ id: 'other', type })]);
    w.deliver({ channel: 'other' });
    await w.settle();
    expect((await w.outcomes()).map((outcome) => outcome.event)).toEqual([event]);
  });

  it('takes the second action of one id for the first one again', async () => {
    const w = await world();
    w.deliver();
    w.deliver();
    await w.settle();
    w.deliver();
    await w.settle();
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.outcomes()).toHaveLength(1);
  });

  it('fails what is meant for a channel that is not there', async () => {
    const w = await world();
    w.deliver({ channel: 'pigeon' });
    await w.settle();
    expect((await w.outcomes())[0]).toMatchObject({
      properties: { outcome: 'failed', reason: 'there is no channel "pigeon"' },
    });
  });

  it('passes reports on as events, behind what came before', async () => {
    const w = await world();
    w.report({ properties: { slot: 'home' } });
    await w.settle();
    expect((await w.outcomes())[0]).toMatchObject({
      event: 'Decision Made',
      messageId: 'd1.made',
      properties: { slot: 'home' },
      customerId: 'ada',
    });
  });

  it('keeps the message id of an outcome within its length, however long the step is called', async () => {
    const w = await world();
    w.deliver({ actionId: `i1.${'s'.repeat(95)}.1` as never });
    await w.settle();
    expect(rawEventSchema.safeParse((await w.outcomes())[0]).error).toBeUndefined();
  });

  it('dead-letters what is no action and goes on (P5)', async () => {
    const w = await world();
    w.log.appendNow([{ topic: 'actions', key: 'ada', partition: 0, value: '{"schemaVersion":1,"type":"deliver"}' }]);
    w.deliver();
    await w.settle();
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.log.endOffset({ topic: 'dead-letters', partition: 0 })).toBe(1);
  });
});

describe('what may not be sent', () => {
  let w: DispatchWorld;

  beforeEach(async () => {
    w = await world([aChannel()], '2026-05-04T21:00:00.000Z');
    w.apply(NIGHT);
  });

  async function suppression(): Promise<unknown> {
    const [outcome] = await w.outcomes();
    return outcome && { event: outcome.event, reason: outcome.properties['reason'], at: outcome.timestamp };
  }

  it('waits for the morning in its row, and is sent then', async () => {
    w.deliver();
    await w.until('2026-05-05T03:59:59.999Z');
    expect(w.provider.tries).toEqual([]);
    expect(await w.delivery(ID)).toMatchObject({ state: 'queued', dueAt: Date.parse('2026-05-05T04:00:00Z') });
    await w.until('2026-05-05T04:00:00Z');
    expect(w.provider.tries).toHaveLength(1);
  });

  it('reads consent again when the night ends (R62)', async () => {
    w.deliver();
    await w.settle();
    w.contexts.set('ada' as never, aCustomer({ consents: { email: { marketing: 'withdrawn' } } }));
    await w.until('2026-05-05T08:00:00Z');
    expect(w.provider.tries).toEqual([]);
    expect(await suppression()).toEqual({
      event: 'Email Suppressed',
      reason: 'CONSENT',
      at: '2026-05-05T04:00:00.000Z',
    });
  });

  it('is too late when its time to live ends in the night, and says so then', async () => {
    w.deliver({ expiresAt: '2026-05-04T23:00:00.000Z' });
    await w.until('2026-05-05T08:00:00Z');
    expect(await suppression()).toEqual({ event: 'Email Suppressed', reason: 'TTL', at: '2026-05-04T23:00:00.001Z' });
  });

  it('is not sent once its journey has ended (R15)', async () => {
    w.cancel(w.deliver());
    await w.until('2026-05-05T08:00:00Z');
    expect(w.provider.tries).toEqual([]);
    expect(await suppression()).toMatchObject({ reason: 'EXITED' });
  });

  it('is stopped by a cancellation that comes while it waits', async () => {
    const action = w.deliver();
    await w.settle();
    w.cancel(action);
    await w.until('2026-05-05T08:00:00Z');
    expect(await suppression()).toEqual({
      event: 'Email Suppressed',
      reason: 'EXITED',
      at: '2026-05-04T21:00:00.000Z',
    });
  });
});

describe('cancellation of what is on its way (R16)', () => {
  it('lets a claimed message complete', async () => {
    const w = await world();
    let answer: (result: SendResult) => void = () => undefined;
    w.provider.reply = () => new Promise((resolve) => (answer = resolve));
    const action = w.deliver();
    await w.process();
    w.cancel(action);
    await w.process();
    expect(await w.outcomes()).toEqual([]);
    answer({ ok: true });
    await w.settle();
    expect((await w.outcomes()).map(({ event }) => event)).toEqual(['Email Sent']);
  });
});

describe('failures (R41)', () => {
  it('tries again with growing delays until the provider takes it', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = ({ attempt }) => (attempt < 3 ? refusal(503) : { ok: true });
    w.deliver({ channel: 'hook' });
    await w.until('2026-05-04T09:00:00Z');
    expect(w.provider.tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    const { settledAt = 0, state } = (await w.delivery(ID))!;
    expect(state).toBe('sent');
    expect(settledAt - Date.parse(START)).toBeGreaterThan(0);
    expect(settledAt - Date.parse(START)).toBeLessThanOrEqual(1_000 + 2_000);
    expect((await w.outcomes()).map(({ event }) => event)).toEqual(['Webhook Delivered']);
  });

  it('gives up after as many tries as the channel allows', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => refusal(500);
    w.deliver({ channel: 'hook' });
    await w.until('2026-05-05T08:00:00Z');
    expect(w.provider.tries).toHaveLength(3);
    expect((await w.outcomes())[0]).toMatchObject({ event: 'Webhook Failed', properties: { reason: 'HTTP 500' } });
  });

  it('does not try again what the provider refuses for good', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => refusal(400);
    w.deliver({ channel: 'hook' });
    await w.until('2026-05-05T08:00:00Z');
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({ state: 'failed', reason: 'HTTP 400' });
  });

  it('obeys Retry-After', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => refusal(429, { retryAfterMs: 7_000 });
    w.deliver({ channel: 'hook' });
    await w.until('2026-05-04T08:00:06.999Z');
    expect(w.provider.tries).toHaveLength(1);
    w.provider.reply = () => ({ ok: true });
    await w.until('2026-05-04T08:00:07.000Z');
    expect(w.provider.tries).toHaveLength(2);
  });

  it('does not try again after its time to live', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => refusal(429, { retryAfterMs: 60_000 });
    w.deliver({ channel: 'hook', expiresAt: '2026-05-04T08:00:30.000Z' });
    await w.until('2026-05-05T08:00:00Z');
    expect(w.provider.tries).toHaveLength(1);
    expect((await w.outcomes())[0]).toMatchObject({ event: 'Webhook Suppressed', properties: { reason: 'TTL' } });
  });

  it('tries again by its row, a minute late, if the job is lost', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => refusal(429, { retryAfterMs: 7_000 });
    w.deliver({ channel: 'hook' });
    await w.settle();
    await w.jobs.close();
    w.provider.reply = () => ({ ok: true });
    w.clock.moveTo(Date.parse('2026-05-04T08:01:07Z'));
    await w.settle();
    expect(w.provider.tries).toHaveLength(2);
  });

  it('tries again when a transport of ours meets a passing fault, and not for any other', async () => {
    const w = await world([aChannel(HOOK)]);
    w.provider.reply = () => Promise.reject(new Error('a bug'));
    w.deliver({ channel: 'hook' });
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state: 'failed', reason: 'the webhook transport failed: a bug' });
  });
});

describe('after a crash between hand-over and record (R42)', () => {
  async function crashed(channel: Channel): Promise<DispatchWorld> {
    const w = await world([channel]);
    w.provider.reply = () => new Promise(() => undefined);
    w.deliver({ channel: channel.id });
    await w.process();
    expect(await w.delivery(ID)).toMatchObject({ state: 'claimed' });
    w.provider.reply = () => ({ ok: true });
    await w.start();
    await w.settle();
    return w;
  }

  it('sends again with the same key where the provider honours keys', async () => {
    const w = await crashed(aChannel(HOOK));
    expect(w.provider.tries.map(({ action }) => action.actionId)).toEqual([ID, ID]);
    expect((await w.outcomes()).map(({ event }) => event)).toEqual(['Webhook Delivered']);
  });

  it.each([
    ['mail', aChannel()],
    ['a webhook that does not honour keys', aChannel({ ...HOOK, idempotency: false })],
  ])('does not send %s again, and says that nobody knows', async (_, channel) => {
    const w = await crashed(channel);
    expect(w.provider.tries).toHaveLength(1);
    expect((await w.outcomes())[0]).toMatchObject({ properties: { outcome: 'unknown' } });
    expect(await w.delivery(ID)).toMatchObject({ state: 'unknown' });
  });

  it.each([
    ['mail', aChannel(), 'unknown', 1],
    ['a webhook that does not honour keys', aChannel({ ...HOOK, idempotency: false }), 'unknown', 1],
    ['a webhook', aChannel(HOOK), 'sent', 2],
  ])('R42: of %s whose answer did not come (%#)', async (_, channel, state, tries) => {
    const w = await world([channel]);
    w.provider.reply = () => ({ ok: false, permanent: false, reason: 'network: ECONNRESET', uncertain: true });
    w.deliver({ channel: channel.id });
    await w.settle();
    w.provider.reply = () => ({ ok: true });
    w.clock.moveTo(w.clock.now() + 3_600_000);
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state });
    expect(w.provider.tries).toHaveLength(tries);
  });

  it('does not tell an outcome twice when the outbox is published again (P3)', async () => {
    const store = new MemoryDispatchStore();
    const w = new DispatchWorld(START, store);
    w.contexts.set('ada' as never, aCustomer());
    await w.start();
    w.apply(aChannel());
    w.deliver();
    await w.settle();
    await w.start();
    await w.settle();
    expect(await w.outcomes()).toHaveLength(1);
  });
});

/** Whatever has been resolved has been told by then. */
const drainIsTold = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the desk', () => {
  it('sends as many at once as allowed, and drains when everything is saved (P7)', async () => {
    const w = await world();
    const waiting: (() => void)[] = [];
    w.provider.reply = () => new Promise((resolve) => waiting.push(() => resolve({ ok: true })));
    for (let i = 0; i < 10; i += 1) w.deliver({ actionId: `i${i}.remind.1` as never });
    await w.process();
    expect(w.provider.tries).toHaveLength(4);

    let isDrained = false;
    const drained = w.dispatch.drain().then(() => (isDrained = true));
    w.deliver({ actionId: 'late.remind.1' as never });
    await w.process();
    expect(isDrained).toBe(false);
    w.provider.reply = () => ({ ok: true });
    for (const answer of waiting) answer();
    await w.settle();
    await drained;
    expect(w.provider.tries).toHaveLength(10);
    expect(await w.delivery('late.remind.1')).toMatchObject({ state: 'queued' });
  });

  it('is not drained while a batch in hand may still claim: what it claims is sent and saved first (P7)', async () => {
    const store = new MemoryDispatchStore();
    const w = new DispatchWorld(START, store);
    w.contexts.set('ada' as never, aCustomer());
    await w.start();
    w.apply(aChannel());
    await w.settle();
    let drained: Promise<void> | undefined;
    let isDrained = false;
    const save = store.save.bind(store);
    store.save = async (commit) => {
      drained ??= w.dispatch.drain().then(() => void (isDrained = true));
      await drainIsTold();
      expect(isDrained).toBe(false);
      return save(commit);
    };
    w.deliver();
    await w.settle();
    await drained;
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent' });
  });

  it('is drained when a batch that might have claimed has failed, and the partition has looked anew', async () => {
    const w = await world();
    w.dispatch.desk.take(0);
    let isDrained = false;
    const drained = w.dispatch.drain().then(() => (isDrained = true));
    await drainIsTold();
    expect(isDrained).toBe(false);
    w.dispatch.desk.lookAnew(0);
    await drained;
  });

  it('claims no more than there is room for; the rest waits in its row (P6)', async () => {
    const w = await world();
    const waiting: (() => void)[] = [];
    w.provider.reply = () => new Promise((resolve) => waiting.push(() => resolve({ ok: true })));
    for (let i = 0; i < 1_100; i += 1) w.deliver({ actionId: `i${i}.remind.1` as never });
    await w.process();
    const states = async () =>
      Object.fromEntries((await w.store.deliveryCounts()).map(({ state, count }) => [state, count]));
    expect(await states()).toEqual({ claimed: 1_000, queued: 100 });
    w.provider.reply = () => ({ ok: true });
    for (const answer of waiting) answer();
    await w.settle();
    expect(await states()).toEqual({ sent: 1_100 });
  });
});
