import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerId } from '@waymark/contracts';
import { DispatchWorld } from './testing/dispatch-world.js';
import { aChannel, aCustomer, anAction, aPolicy } from './testing/samples.js';

const START = '2026-05-04T10:00:00.000Z';
const VIC = 'anon~vic' as CustomerId;
const ADA = 'ada' as CustomerId;
const { actionId: ID } = anAction();
const NIGHT = aPolicy({
  quietHours: { zone: 'UTC', windows: [{ days: ['mon'], from: '09:00', to: '12:00' }] },
  release: { spread: 'PT0S' },
});

let w: DispatchWorld;

beforeEach(async () => {
  w = new DispatchWorld(START);
  w.contexts.set(VIC, aCustomer({ id: VIC }));
  w.contexts.set(ADA, aCustomer());
  await w.start();
});

function merge(...chain: CustomerId[]): void {
  for (const [i, id] of chain.slice(0, -1).entries())
    w.contexts.set(id, aCustomer({ id, traits: {}, mergedInto: chain[i + 1]! }));
  const last = chain.at(-1)!;
  w.contexts.set(last, aCustomer({ id: last, mergedFrom: chain.slice(0, -1) }));
}

describe('R61: a message for one who turned out to be another', () => {
  it('goes once, to the surviving id, at her address', async () => {
    w.apply(aChannel(), NIGHT);
    w.deliver({ customerId: VIC, class: 'service' });
    await w.settle();
    merge(VIC, ADA);
    await w.until('2026-05-04T12:00:00.000Z');
    expect(w.provider.tries.map(({ action, context }) => [action.customerId, context.id])).toEqual([[ADA, ADA]]);
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent', customerId: ADA });
    expect((await w.outcomes()).map(({ customerId }) => customerId)).toEqual([ADA]);
  });

  it('follows her through several ids', async () => {
    merge(VIC, 'bob' as CustomerId, ADA);
    w.apply(aChannel());
    w.deliver({ customerId: VIC, class: 'transactional' });
    await w.settle();
    expect(w.provider.tries.map(({ action }) => action.customerId)).toEqual([ADA]);
  });

  it('is asked for by the consent of whom she is', async () => {
    w.apply(aChannel({ id: 'post', type: 'webhook', url: 'https://post.example/in', consent: true }));
    merge(VIC, ADA);
    w.contexts.set(ADA, aCustomer({ mergedFrom: [VIC], consents: { post: { marketing: 'withdrawn' } } }));
    w.deliver({ customerId: VIC, channel: 'post' });
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state: 'suppressed', reason: 'CONSENT' });
  });

  it('counts under her caps together with what either had before', async () => {
    w.apply(aChannel(), aPolicy({ caps: [{ id: 'two', scope: 'global', limit: 2, window: { rolling: 'P7D' } }] }));
    w.deliver({ actionId: 'a1' as never, customerId: VIC });
    w.deliver({ actionId: 'a2' as never, customerId: ADA });
    await w.settle();
    merge(VIC, ADA);
    w.deliver({ actionId: 'a3' as never, customerId: ADA });
    await w.settle();
    expect(await w.delivery('a3')).toMatchObject({
      state: 'suppressed',
      reason: 'CAP',
      because: expect.arrayContaining([expect.stringContaining('2 of 2')]),
    });
  });

  it('goes to the one it was asked for where they have parted again while it waited', async () => {
    w.apply(aChannel(), NIGHT);
    w.deliver({ customerId: VIC, class: 'service' });
    merge(VIC, ADA);
    await w.settle();
    for (const id of [VIC, ADA]) w.contexts.set(id, aCustomer({ id }));
    await w.until('2026-05-04T12:00:00.000Z');
    expect(w.provider.tries.map(({ action, context }) => [action.customerId, context.id])).toEqual([[VIC, VIC]]);
  });

  it('is tried again for the one it was asked for where they have parted again since a try that failed', async () => {
    w.apply(aChannel());
    merge(VIC, ADA);
    w.provider.reply = () => ({ ok: false, permanent: false, reason: '503' });
    w.deliver({ customerId: VIC, class: 'service' });
    await w.settle();
    expect(await w.delivery(ID)).toMatchObject({ state: 'retrying', customerId: ADA });
    for (const id of [VIC, ADA]) w.contexts.set(id, aCustomer({ id }));
    w.provider.reply = () => ({ ok: true });
    await w.until('2026-05-04T12:00:00.000Z');
    expect(w.provider.tries.map(({ action, context }) => [action.customerId, context.id])).toEqual([
      [ADA, ADA],
      [VIC, VIC],
    ]);
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent', customerId: VIC });
  });

  it('is told why it was cancelled when it was written for both', async () => {
    w.apply(aChannel(), NIGHT);
    w.cancel({
      ...w.deliver({ customerId: ADA, class: 'service' }),
      because: 'it was written for one person, who turned out to be two',
    });
    await w.until('2026-05-04T12:00:00.000Z');
    expect(await w.delivery(ID)).toMatchObject({ state: 'suppressed', reason: 'EXITED', because: [/two/] });
    expect(w.provider.tries).toEqual([]);
  });

  it('comes to an end where ids have been given up for each other', async () => {
    w.contexts.set(VIC, aCustomer({ id: VIC, mergedInto: ADA }));
    w.contexts.set(ADA, aCustomer({ mergedInto: VIC }));
    w.apply(aChannel());
    w.deliver({ customerId: VIC, class: 'transactional' });
    await w.settle();
    expect(w.provider.tries).toHaveLength(1);
  });
});
