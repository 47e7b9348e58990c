import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@waymark/ports';
import { aChannel, aCustomer, anAction } from '../testing/samples.js';
import { EgressGuard } from './egress-guard.js';
import { WebhookTransport } from './webhook.js';

const NOW = 1_777_777_777_000;

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

describe('WebhookTransport', () => {
  let server: Server;
  let origin: string;
  let received: Received[];
  let answer: (response: ServerResponse) => void;
  let transport: WebhookTransport;

  beforeEach(async () => {
    received = [];
    answer = (response) => response.end('{"ok":true}');
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        answer(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = open(['127.0.0.0/8']);
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await transport.close();
  });

  function open(allowed: string[]): WebhookTransport {
    const secrets = (name: string): string | undefined => ({ HOOK_SECRET: 'sesame', HOST: new URL(origin).host })[name];
    return new WebhookTransport({ secrets, guard: new EgressGuard(allowed), clock: new ManualClock(NOW) });
  }

  function send(
    channel: Record<string, unknown> = {},
    content: Record<string, unknown> = { json: { customer: 'ada', price: 3.5 } },
  ) {
    const hook = aChannel({ id: 'hook', type: 'webhook', url: `${origin}/take`, ...channel });
    return transport.send({ action: anAction({ content }), channel: hook, context: aCustomer(), attempt: 1 });
  }

  it('posts the JSON, signed over time and body, with the action as idempotency key', async () => {
    expect(await send({ url: 'http://{{ env.HOST }}/take?x=1', secret: '{{ env.HOOK_SECRET }}' })).toEqual({
      ok: true,
    });
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', url: '/take?x=1', body: '{"customer":"ada","price":3.5}' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': anAction().actionId,
      'waymark-action-id': anAction().actionId,
    });
    const seconds = NOW / 1000;
    const hmac = createHmac('sha256', 'sesame').update(`${seconds}.${request?.body}`).digest('hex');
    expect(request?.headers['waymark-signature']).toBe(`t=${seconds},v1=${hmac}`);
  });

  it('signs nothing without a secret', async () => {
    await send();
    expect(received[0]?.headers).not.toHaveProperty('waymark-signature');
  });

  it.each([
    [200, undefined],
    [204, undefined],
    [301, true],
    [400, true],
    [401, true],
    [403, true],
    [404, true],
    [410, true],
    [422, true],
    [408, false],
    [425, false],
    [429, false],
    [500, false],
    [503, false],
  ])('takes %i as permanent: %s (R41)', async (status, permanent) => {
    answer = (response) => response.writeHead(status, { location: `${origin}/elsewhere` }).end();
    const result = await send();
    expect(result).toMatchObject(permanent === undefined ? { ok: true } : { ok: false, permanent, status });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['7', 7_000],
    [new Date(NOW + 60_000).toUTCString(), 60_000],
    ['soon', undefined],
    ['-5', undefined],
  ])('reads Retry-After: %s', async (header, retryAfterMs) => {
    answer = (response) => response.writeHead(429, { 'retry-after': header }).end('slow down');
    expect(await send()).toEqual({
      ok: false,
      permanent: false,
      status: 429,
      reason: 'HTTP 429 slow down',
      retryAfterMs,
    });
  });

  it('keeps only the beginning of a long answer', async () => {
    answer = (response) => response.writeHead(400).end('x'.repeat(10_000_000));
    const result = await send();
    expect(result).toMatchObject({ ok: false, permanent: true });
    expect((result as { reason: string }).reason).toHaveLength('HTTP 400 '.length + 200);
  });

  it('takes a 2xx for delivered, whatever becomes of the rest of the answer', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.destroySoon();
    };
    expect(await send()).toEqual({ ok: true });
    answer = (response) => response.writeHead(200).end('x'.repeat(1_000_000));
    expect(await send()).toEqual({ ok: true });
  });

  it('gives up on a provider that does not answer in time, and may try again', async () => {
    answer = () => undefined;
    expect(await send({ timeout: 'PT0.05S' })).toMatchObject({
      ok: false,
      permanent: false,
      reason: expect.stringContaining('network:'),
      uncertain: true,
    });
  });

  it('may try again when nobody listens', async () => {
    expect(await send({ url: 'http://127.0.0.1:1/' })).toEqual({
      ok: false,
      permanent: false,
      reason: 'network: ECONNREFUSED',
      uncertain: false,
    });
  });

  it.each([['ftp://127.0.0.1/x'], ['not a url'], ['http://{{ env.NOWHERE }}/']])(
    'fails for good with the url %s',
    async (url) => {
      expect(await send({ url })).toMatchObject({ ok: false, permanent: true });
    },
  );

  it('does not reach private addresses that nobody has allowed, by number or by name', async () => {
    await transport.close();
    transport = open([]);
    const { port } = new URL(origin);
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '10.1.2.3',
      '169.254.169.254',
    ];
    for (const host of hosts) {
      expect(await send({ url: `http://${host}:${port}/` })).toMatchObject({
        ok: false,
        permanent: true,
        reason: expect.stringContaining('WAYMARK_EGRESS_ALLOW'),
      });
    }
    expect(received).toEqual([]);
  });

  it('reaches a name whose address is allowed', async () => {
    const { port } = new URL(origin);
    expect(await send({ url: `http://localhost:${port}/` })).toEqual({ ok: true });
  });
});
