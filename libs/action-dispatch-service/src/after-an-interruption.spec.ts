import { describe, expect, it } from '@jest/globals';
import { MemoryDispatchStore } from '@waymark/ports';
import type { SendResult } from './hand-over/transport.js';
import { DispatchWorld } from './testing/dispatch-world.js';
import { aChannel, aCustomer, anAction, aPolicy } from './testing/samples.js';

const START = '2026-05-04T18:00:00.000Z';
const { actionId: ID } = anAction();
/** Reaches a person's own address, and honours keys. */
const POST = aChannel({ id: 'post', type: 'webhook', url: 'https://post.example/in', consent: true });
const NIGHT = aPolicy({
  quietHours: { windows: [{ days: ['mon', 'tue'], from: '22:00', to: '06:00' }] },
  release: { spread: 'PT0S' },
});

/** A process has claimed a message and died before it had an answer; by `until` it is started again. */
async function interrupted(
  until: string,
  meanwhile: (w: DispatchWorld) => void = () => undefined,
): Promise<DispatchWorld> {
  const w = new DispatchWorld(START);
  w.contexts.set('ada' as never, aCustomer({ consents: { post: { marketing: 'granted' } } }));
  await w.start();
  w.apply(POST, NIGHT);
  w.provider.reply = () => new Promise(() => undefined);
  w.deliver({ channel: 'post', expiresAt: '2026-05-06T00:00:00.000Z' });
  await w.process();
  expect(await w.delivery(ID)).toMatchObject({ state: 'claimed' });
  w.provider.reply = () => ({ ok: true });
  w.clock.moveTo(Date.parse(until));
  meanwhile(w);
  await w.start();
  await w.settle();
  return w;
}

describe('a message whose hand-over was interrupted is sent again as things are now (R62)', () => {
  it('with the same key, and says why it may', async () => {
    const w = await interrupted('2026-05-04T19:00:00.000Z');
    expect(w.provider.tries.map(({ action }) => action.actionId)).toEqual([ID, ID]);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'sent',
      because: [
        'consent to marketing by post is granted',
        expect.stringContaining('outside the quiet hours'),
        'sent again with the same key after an interruption',
      ],
    });
  });

  it('not against consent that was withdrawn meanwhile: whether it had left, nobody knows', async () => {
    const w = await interrupted('2026-05-04T19:00:00.000Z', ({ contexts }) =>
      contexts.set('ada' as never, aCustomer({ consents: { post: { marketing: 'withdrawn' } } })),
    );
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'unknown',
      reason: 'an earlier try may have arrived, and it may not be sent again: CONSENT',
      because: ['consent to marketing by post is withdrawn'],
    });
    expect((await w.outcomes()).map(({ properties }) => properties['outcome'])).toEqual(['unknown']);
  });

  it('not in the quiet hours, but when they are over', async () => {
    const w = await interrupted('2026-05-04T21:00:00.000Z');
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({ state: 'retrying', dueAt: Date.parse('2026-05-05T04:00:00.000Z') });
    await w.until('2026-05-05T04:00:00.000Z');
    expect(w.provider.tries.map(({ action }) => action.actionId)).toEqual([ID, ID]);
    expect(await w.delivery(ID)).toMatchObject({ state: 'sent', attempt: 2 });
  });

  it('and is stopped while it waits for its next try: whether it had left, nobody knows', async () => {
    const w = await interrupted('2026-05-04T21:00:00.000Z');
    w.contexts.set('ada' as never, aCustomer({ consents: { post: { marketing: 'withdrawn' } } }));
    await w.until('2026-05-05T04:00:00.000Z');
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'unknown',
      reason: 'an earlier try may have arrived, and it may not be sent again: CONSENT',
    });
  });

  it('not when it would be too late', async () => {
    const w = await interrupted('2026-05-06T07:00:00.000Z');
    expect(w.provider.tries).toHaveLength(1);
    expect(await w.delivery(ID)).toMatchObject({
      state: 'unknown',
      reason: 'an earlier try may have arrived, and it may not be sent again: TTL',
    });
  });
});

it('an answer that comes while a wake-up of the same message is being saved is not forgotten with it', async () => {
  const w = new DispatchWorld(START, new MemoryDispatchStore());
  w.contexts.set('ada' as never, aCustomer());
  await w.start();
  w.apply(aChannel());
  let answer = (_: SendResult): void => undefined;
  w.provider.reply = () => new Promise((resolve) => (answer = resolve));
  w.deliver({ class: 'transactional' });
  await w.process();
  w.dispatch.desk.wake(0, ID);
  const { save } = w.store;
  w.store.save = async (commit) => {
    w.store.save = save;
    answer({ ok: true });
    await new Promise(setImmediate);
    return save.call(w.store, commit);
  };
  await w.settle();
  expect(await w.delivery(ID)).toMatchObject({ state: 'sent', attempt: 1 });
});
