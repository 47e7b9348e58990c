import { beforeEach, describe, expect, it } from '@jest/globals';
import { anAction, aChannel, aCustomer } from './testing/samples.js';
import { sign } from './channels/signature.js';
import { DispatchWorld } from './testing/dispatch-world.js';

const ID = anAction().actionId;
const START = '2026-05-04T08:00:00.000Z';

describe('outcomes told by providers', () => {
  let world: DispatchWorld;

  beforeEach(async () => {
    world = new DispatchWorld(START);
    world.contexts.set('ada' as never, aCustomer());
    await world.start();
    world.apply(aChannel({ secret: '{{ env.SECRET }}' }), aChannel({ id: 'unsigned' }));
    world.deliver();
    await world.settle();
  });

  const now = (): number => world.clock.now();
  const receive = (body: unknown, over: { channel?: string; signature?: string } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return world.dispatch.outcomes.receive(
      over.channel ?? 'email',
      text,
      over.signature ?? sign(text, 'secret', now()),
    );
  };
  const told = async () => (await world.outcomes()).slice(1);

  it('become events with their cause', async () => {
    world.clock.moveTo(Date.parse('2026-05-04T09:00:00Z'));
    expect(
      await receive({
        actionId: ID,
        outcome: 'clicked',
        at: '2026-05-04T10:30:00+02:00',
        url: 'https://shop.example/cart',
      }),
    ).toEqual({ accepted: 1, rejected: [] });
    expect(await told()).toEqual([
      expect.objectContaining({
        event: 'Email Link Clicked',
        customerId: 'ada',
        messageId: `${ID}.clicked`,
        timestamp: '2026-05-04T08:30:00.000Z',
        properties: expect.objectContaining({ channel: 'email', outcome: 'clicked', url: 'https://shop.example/cart' }),
        cause: expect.objectContaining({ instanceId: 'i1', stepId: 'remind', actionId: ID }),
      }),
    ]);
  });

  it('are one event when told again, unless the provider tells them apart', async () => {
    await receive([
      { actionId: ID, outcome: 'opened' },
      { actionId: ID, outcome: 'opened' },
      { actionId: ID, outcome: 'opened', id: 'x2' },
    ]);
    expect((await told()).map(({ messageId }) => messageId)).toEqual([
      `${ID}.opened`,
      `${ID}.opened`,
      `${ID}.opened.x2`,
    ]);
  });

  it('rejects one by one what is not valid or was never sent, and loses nothing else', async () => {
    world.deliver({ actionId: 'i2.queued.1' as never, channel: 'pigeon' });
    await world.settle();
    const body = [
      { actionId: ID, outcome: 'delivered' },
      { actionId: 'unknown', outcome: 'delivered' },
      { actionId: ID, outcome: 'exploded' },
      'nonsense',
      { actionId: ID, outcome: 'opened', surprise: 1 },
      { actionId: 'i2.queued.1', outcome: 'delivered' },
    ];
    const { accepted, rejected } = await receive(body);
    expect(accepted).toBe(1);
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'NOT_FOUND'],
      [2, 'INVALID_BODY'],
      [3, 'INVALID_BODY'],
      [4, 'INVALID_BODY'],
      [5, 'NOT_FOUND'],
    ]);
  });

  it.each([
    [{ outcome: 'bounced', hard: true }, 'hard-bounce'],
    [{ outcome: 'complained' }, 'complaint'],
    [{ outcome: 'bounced' }, undefined],
    [{ outcome: 'unsubscribed' }, undefined],
  ])('%j keeps the address as suppressed: %s', async (outcome, reason) => {
    await receive({ actionId: ID, ...outcome });
    const suppressions = await world.store.suppressions(10);
    expect(suppressions.map((one) => [one.customerId, one.channel, one.reason])).toEqual(
      reason === undefined ? [] : [['ada', 'email', reason]],
    );
    world.deliver({ actionId: 'i2.next.1' as never });
    await world.settle();
    expect(await world.delivery('i2.next.1')).toMatchObject(
      reason === undefined ? { state: 'sent' } : { state: 'suppressed', reason: 'ADDRESS_SUPPRESSED' },
    );
  });

  it.each([
    ['no signature', () => ''],
    ['a wrong secret', (body: string) => sign(body, 'wrong', now())],
    ['another body', () => sign('{}', 'secret', now())],
    ['one too old', (body: string) => sign(body, 'secret', now() - 301_000)],
    ['one of the future', (body: string) => sign(body, 'secret', now() + 301_000)],
    ['a malformed one', (body: string) => sign(body, 'secret', now()).replace('v1=', 'v2=')],
  ])('refuses %s', async (_, signatureOf) => {
    const body = JSON.stringify({ actionId: ID, outcome: 'delivered' });
    await expect(receive(body, { signature: signatureOf(body) })).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    expect(await told()).toEqual([]);
  });

  it('takes a signature that is a little old', async () => {
    const body = JSON.stringify({ actionId: ID, outcome: 'delivered' });
    expect(await receive(body, { signature: sign(body, 'secret', now() - 299_000) })).toMatchObject({ accepted: 1 });
  });

  it('refuses channels that are not there or have no secret, and bodies that are no JSON or too long', async () => {
    await expect(receive({}, { channel: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(receive({}, { channel: 'unsigned' })).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    await expect(receive('{')).rejects.toMatchObject({ code: 'MALFORMED_JSON' });
    await expect(receive(Array.from({ length: 1_001 }, () => ({})))).rejects.toMatchObject({ code: 'INVALID_BODY' });
  });
});
