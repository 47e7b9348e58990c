import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { ActionId } from '@waymark/contracts';
import { HandOverDesk } from './hand-over-desk.js';
import type { Message, SendResult } from './transport.js';

const message = (id: string, channel: object = KEYED): Message =>
  ({ action: { actionId: id }, channel }) as unknown as Message;
const KEYED = { type: 'webhook', idempotency: true };
const id = (text: string): ActionId => text as ActionId;

interface Sending {
  id: string;
  answer(result: SendResult): void;
}

/** A desk that sends one message at a time, and the sends that wait for their answer. */
function desk(elapsedMs?: () => number): { desk: HandOverDesk; sending: Sending[] } {
  const sending: Sending[] = [];
  const send = ({ action }: Message): Promise<SendResult> =>
    new Promise((answer) => sending.push({ id: action.actionId, answer }));
  return { desk: new HandOverDesk(send, 1, elapsedMs), sending };
}

describe('a partition that another process has now', () => {
  it('is forgotten: what waits is not sent, and the answer of what is on its way finds nobody', async () => {
    const { desk: own, sending } = desk();
    own.saved(1, { taken: [], messages: [message('first'), message('second')] });
    own.saved(2, { taken: [], messages: [message('other')] });
    own.forget(1);
    sending[0]!.answer({ ok: true });
    await turn();
    expect(sending.map((sent) => sent.id)).toEqual(['first', 'other']);
    expect([own.hasMail(1), own.isBusy(1), own.isBusy(2)]).toEqual([false, false, true]);
  });

  it('still gets what its new owner will not send, because the provider honours no keys', async () => {
    const { desk: own, sending } = desk();
    own.saved(1, { taken: [], messages: [message('first'), message('keyed'), message('mail', { type: 'smtp' })] });
    own.forget(1);
    sending[0]!.answer({ ok: true });
    await turn();
    expect(sending.map((sent) => sent.id)).toEqual(['first', 'mail']);
  });

  it('is not waited for at the end', async () => {
    const { desk: own } = desk();
    own.saved(1, { taken: [], messages: [message('first')] });
    const drained = own.drain();
    own.forget(1);
    await expect(drained).resolves.toBeUndefined();
  });

  it('is not woken here', () => {
    const { desk: own } = desk();
    expect([own.wake(1, id('a')), own.hasMail(1)]).toEqual([false, false]);
    own.take(1);
    expect([own.wake(1, id('a')), own.hasMail(1)]).toEqual([true, true]);
  });
});

it('a message that has waited for more than a minute is not sent, and tried again by its owner', async () => {
  let now = 0;
  const { desk: own, sending } = desk(() => now);
  own.saved(1, { taken: [], messages: [message('first'), message('late')] });
  now = 60_001;
  sending[0]!.answer({ ok: true });
  await turn();
  expect(sending).toHaveLength(1);
  expect(own.mail(1).answers.get(id('late'))).toMatchObject({ ok: false, permanent: false });
});
