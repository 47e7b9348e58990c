import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server';
import { aChannel, aCustomer, anAction } from '../testing/samples.js';
import { SmtpTransport } from './smtp.js';

type SmtpFailure = Error & { responseCode: number };

function failing(responseCode: number): SmtpFailure {
  return Object.assign(new Error('no: ada@example.com'), { responseCode });
}

describe('SmtpTransport', () => {
  let server: SMTPServer;
  let mails: { from: string; to: string[]; user: unknown; source: string }[];
  let refuseRecipient: SmtpFailure | undefined;
  let refuseData: SmtpFailure | undefined;
  let transport: SmtpTransport;
  let url: string;

  beforeEach(async () => {
    mails = [];
    refuseRecipient = refuseData = undefined;
    server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _, callback) =>
        callback(password === 'p@ss' ? null : failing(535), { user: username }),
      onRcptTo: (_, __, callback) => callback(refuseRecipient),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (!refuseData) mails.push(mailOf(session, Buffer.concat(chunks).toString()));
          callback(refuseData);
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    url = `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    transport = new SmtpTransport((name) => ({ SMTP_URL: `smtp://shop:p%40ss@${url}` })[name]);
  });

  afterEach(async () => {
    await transport.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  function mailOf({ envelope, user }: SMTPServerSession, source: string): (typeof mails)[number] {
    return {
      from: (envelope.mailFrom as SMTPServerAddress).address,
      to: envelope.rcptTo.map(({ address }) => address),
      user,
      source,
    };
  }

  function send(channel: Record<string, unknown> = {}, email = 'ada@example.com') {
    const content = { subject: 'Grüße, Ada', html: '<p>Hello</p>', text: 'Hello' };
    const context = aCustomer({ traits: { email } });
    return transport.send({
      action: anAction({ content }),
      channel: aChannel({ url: '{{ env.SMTP_URL }}', from: 'Shop <hello@shop.example>', ...channel }),
      context,
      attempt: 1,
    });
  }

  it('really sends a mail, to the address of the moment, with its action in the headers', async () => {
    expect(await send()).toEqual({ ok: true });
    const [mail] = mails;
    expect(mail).toMatchObject({ from: 'hello@shop.example', to: ['ada@example.com'], user: 'shop' });
    expect(mail?.source).toContain('X-Waymark-Action-ID: i1.remind.1');
    expect(mail?.source).toContain('Message-ID: <i1.remind.1@waymark>');
    expect(mail?.source).toContain('To: ada@example.com');
    expect(mail?.source).toContain('Subject: =?UTF-8?');
    expect(mail?.source).toContain('multipart/alternative');
    expect(mail?.source).not.toContain('List-Unsubscribe');
  });

  it('uses its connections again', async () => {
    let connections = 0;
    server.onConnect = (_session, callback) => {
      connections += 1;
      callback();
    };
    for (let i = 0; i < 3; i += 1) await send();
    expect(mails).toHaveLength(3);
    expect(connections).toBe(1);
  });

  it.each([
    [550, true],
    [452, false],
  ])('takes a recipient refused with %i as permanent: %s, and repeats no address', async (responseCode, permanent) => {
    refuseRecipient = failing(responseCode);
    expect(await send()).toEqual({ ok: false, permanent, status: responseCode, reason: `SMTP: ${responseCode}` });
  });

  it.each([
    [554, true],
    [451, false],
  ])('takes content refused with %i as permanent: %s', async (responseCode, permanent) => {
    refuseData = failing(responseCode);
    expect(await send()).toMatchObject({ ok: false, permanent, status: responseCode });
  });

  it('fails for good with a wrong password', async () => {
    expect(await send({ url: `smtp://shop:wrong@${url}` })).toMatchObject({ ok: false, permanent: true, status: 535 });
  });

  it('may try again when nobody listens: nothing can have been taken', async () => {
    expect(await send({ url: 'smtp://127.0.0.1:1' })).toMatchObject({ ok: false, permanent: false, uncertain: false });
  });

  it('R42: says that it is not certain when the server takes a mail and hangs up before it says so', async () => {
    const sockets = new Set<Socket>();
    server.server.on('connection', (socket: Socket) => sockets.add(socket));
    server.onData = (stream, session, callback) => {
      stream
        .on('data', () => undefined)
        .on('end', () => {
          mails.push(mailOf(session, ''));
          for (const socket of sockets) socket.destroy();
          callback();
        });
    };
    expect(await send()).toMatchObject({ ok: false, permanent: false, uncertain: true });
    expect(mails).toHaveLength(1);
  });

  it.each(['http://127.0.0.1', 'smtp//secret@host', '{{ env.NOT_SET }}'])(
    'fails for good with the url %s, without repeating a password',
    async (wrong) => {
      const result = await send({ url: wrong });
      expect(result).toMatchObject({ ok: false, permanent: true });
      expect(JSON.stringify(result)).not.toContain('secret');
    },
  );

  it('sends to one address only', async () => {
    expect(await send({}, 'ada@example.com, bob@example.com')).toMatchObject({ ok: false, permanent: true });
    expect(mails).toEqual([]);
  });
});
