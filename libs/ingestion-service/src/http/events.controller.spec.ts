import { describe, expect, it } from '@jest/globals';
import type { EventType, RawEvent } from '@waymark/contracts';
import { ParsingPipe } from '@waymark/runtime';
import type { z } from 'zod';
import type { Accepted } from '../accept/acceptor.js';
import { IngestionWorld } from '../testing/ingestion-world.js';
import { WRITE_KEY } from '../testing/samples.js';
import { addressSchema, EventsController } from './events.controller.js';

const AUTHORIZATION = `Basic ${btoa(`${WRITE_KEY}:`)}`;

async function post(headers: Record<string, string>, body: string | Buffer | undefined) {
  const world = await IngestionWorld.open();
  const controller = new EventsController(world.ingestion.acceptor);
  const bytes = body === undefined ? undefined : Buffer.from(body as string);
  const answer = await controller.cloudEvents(bytes, { authorization: AUTHORIZATION, ...headers });
  return { answer, raw: await world.raw() };
}

const binary = (over: Record<string, string> = {}): Record<string, string> => ({
  'ce-specversion': '1.0',
  'ce-id': 'ce-1',
  'ce-source': '/shop',
  'ce-type': 'Order Completed',
  'ce-subject': 'ada',
  'content-type': 'application/json',
  ...over,
});

describe("CloudEvents' binary mode", () => {
  it.each<[string, string | undefined, RawEvent['properties']]>([
    ['its body', '{"total":12}', { total: 12 }],
    ['nothing where there is no body', undefined, {}],
    ['nothing where the body is empty', '', {}],
  ])('has its attributes in headers, and for data %s', async (_, body, properties) => {
    const { answer, raw } = await post(binary({ 'ce-time': '2026-05-04T07:00:00Z' }), body);
    expect(answer).toEqual({ success: true, accepted: 1 } satisfies Accepted);
    expect(raw).toEqual([
      expect.objectContaining({
        type: 'track',
        messageId: '/shop|ce-1',
        userId: 'ada',
        event: 'Order Completed',
        properties,
        context: { source: '/shop' },
        timestamp: '2026-05-04T07:00:00.000Z',
      }),
    ]);
  });

  it.each<[string, Record<string, string>, string | Buffer, string]>([
    ['no id', { 'ce-id': '' }, '{}', 'INVALID_BODY'],
    ['another version', { 'ce-specversion': '0.3' }, '{}', 'INVALID_BODY'],
    ['data that is no object', {}, '[1]', 'INVALID_BODY'],
    ['data that is no JSON', {}, 'total=12', 'MALFORMED_JSON'],
    ['data that goes on as attributes', {}, '{},"subject":"bob"', 'MALFORMED_JSON'],
    ['data that is no UTF-8', {}, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'INVALID_UTF8'],
    ['a header that reaches into prototypes', { 'ce-__proto__': 'x' }, '{}', 'FORBIDDEN_KEY'],
  ])('with %s is refused', async (_, headers, body, code) => {
    await expect(post(binary(headers), body)).rejects.toMatchObject({ code, kind: 'invalid' });
  });

  it('is not meant by a header alone: without a version the body is the event', async () => {
    const body = { specversion: '1.0', id: 'ce-2', source: '/shop', type: 'E', subject: 'bob' };
    const { raw } = await post({ 'ce-subject': 'ada' }, JSON.stringify(body));
    expect(raw).toEqual([expect.objectContaining({ messageId: '/shop|ce-2', userId: 'bob' })]);
  });
});

describe('the address of a call', () => {
  it.each(['purchase', 'm', 'T', 'ta', 'constructor'])('must name one of the six: %s does not', (address) => {
    const parse = () => new ParsingPipe().transform(address, { type: 'param', data: 'type', schema: addressSchema });
    expect(parse).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it.each<[z.output<typeof addressSchema>, EventType, object]>([
    ['i', 'identify', { traits: { plan: 'pro' } }],
    ['t', 'track', { event: 'E' }],
    ['p', 'page', { name: 'Home' }],
    ['s', 'screen', { name: 'Basket' }],
    ['g', 'group', { groupId: 'acme' }],
    ['a', 'alias', { previousId: 'v1' }],
  ])('may be the short one of the SDKs: %s is %s', async (address, type, call) => {
    const body = Buffer.from(JSON.stringify({ userId: 'ada', messageId: 'm-1', writeKey: WRITE_KEY, ...call }));
    const taken = await Promise.all(
      [address, type].map(async (each) => {
        const world = await IngestionWorld.open();
        await new EventsController(world.ingestion.acceptor).call(each, body, {});
        return world.raw();
      }),
    );
    expect(taken[0]).toEqual([expect.objectContaining({ type, userId: 'ada' })]);
    expect(taken[0]).toEqual(taken[1]);
  });

  it('may come without a body, which is then told to be missing', async () => {
    const world = await IngestionWorld.open();
    const controller = new EventsController(world.ingestion.acceptor);
    await expect(controller.call('track', undefined, { authorization: AUTHORIZATION })).rejects.toMatchObject({
      code: 'MALFORMED_JSON',
    });
    await expect(controller.batch(undefined, { authorization: AUTHORIZATION })).rejects.toMatchObject({
      code: 'MALFORMED_JSON',
    });
  });
});
