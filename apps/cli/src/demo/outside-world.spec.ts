import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OutsideWorld } from './outside-world.js';

const worlds: OutsideWorld[] = [];

async function open(outside = new OutsideWorld()): Promise<OutsideWorld> {
  await outside.open();
  worlds.push(outside);
  return outside;
}

afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

const call = (outside: OutsideWorld, key: string, body = '{"customer":"ada"}'): Promise<Response> =>
  fetch(outside.env['CHANNEL_PARTNER_URL']!, { method: 'POST', headers: { 'idempotency-key': key }, body });

/** Hands over a mail as a mail program would; resolves with the last answer. */
function mail(outside: OutsideWorld, actionId: string): Promise<string> {
  const lines = [
    'EHLO shop.example',
    'MAIL FROM:<shop@example.com>',
    'RCPT TO:<ada@example.com>',
    'DATA',
    `X-Waymark-Action-Id: ${actionId}\r\nSubject: Beans\r\n\r\nHello\r\n.`,
    'QUIT',
  ];
  const { hostname, port } = new URL(outside.env['SMTP_URL']!);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let last = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (text: string) => {
      last = text;
      if (/^\d{3} /m.test(text) && lines.length > 0) socket.write(`${lines.shift()}\r\n`);
    });
    socket.on('close', () => resolve(last));
  });
}

describe('the outside world', () => {
  it('takes a mail and a call once, and counts those that come again', async () => {
    const outside = await open();
    await mail(outside, 'm1');
    await mail(outside, 'm1');
    await call(outside, 'c1');
    await call(outside, 'c1');
    await call(outside, 'c2');
    expect(outside).toMatchObject({ taken: 3, repeated: 2 });
    expect(outside.mails.get('m1')).toMatchObject({ to: 'ada@example.com', text: expect.stringContaining('Hello') });
    expect(outside.calls.get('c1')).toEqual({ actionId: 'c1', path: '/partner', body: { customer: 'ada' } });
  });

  it('refuses a call that is not JSON, and knows nothing of it', async () => {
    const outside = await open();
    expect((await call(outside, 'c1', 'beans')).status).toBe(400);
    expect(outside).toMatchObject({ taken: 0, repeated: 0 });
  });

  it('remembers as many as it is told to, and counts all', async () => {
    const outside = await open(new OutsideWorld({ keptMax: 2 }));
    for (const key of ['c1', 'c2', 'c3', 'c3']) await call(outside, key);
    expect([...outside.calls.keys()]).toEqual(['c2', 'c3']);
    expect(outside).toMatchObject({ taken: 3, repeated: 1 });
  });

  it('says that a port is in use', async () => {
    const outside = await open();
    const smtpPort = Number(new URL(outside.env['SMTP_URL']!).port);
    const httpPort = Number(new URL(outside.env['CHANNEL_PARTNER_URL']!).port);
    await expect(new OutsideWorld().open({ smtpPort })).rejects.toThrow('EADDRINUSE');
    const other = new OutsideWorld();
    await expect(other.open({ httpPort })).rejects.toThrow('EADDRINUSE');
    await other.close();
  });
});
