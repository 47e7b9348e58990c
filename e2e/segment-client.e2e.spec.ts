import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { ApiClient, OutsideWorld, applyFiles } from '@waymark/cli';
import { ADMIN_TOKEN, PlatformProcess, ROOT, WRITE_KEY } from './support/platform-process.js';

interface Entry {
  text: string;
  kind: string;
  because: string[];
}

describe('a stock Segment client', () => {
  const outside = new OutsideWorld();
  let platform: PlatformProcess;

  beforeAll(async () => {
    await outside.open();
    platform = await PlatformProcess.create({ ...outside.env, WAYMARK_CLOCK_START: new Date().toISOString() });
    await platform.start();
    await applyFiles(new ApiClient({ url: platform.url, token: ADMIN_TOKEN }), `${ROOT}examples/shop`, {
      dryRun: false,
    });
  }, 120_000);

  afterAll(async () => {
    await platform.remove();
    await outside.close();
  });

  it('pointed at the platform works unchanged, and its events are found in the customer’s timeline', async () => {
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: platform.url, flushAt: 20 });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    analytics.identify({ userId: 'ada', traits: { email: 'ada@example.com', firstName: 'Ada', timezone: 'UTC' } });
    analytics.track({
      userId: 'ada',
      event: 'Consent Updated',
      properties: { channel: 'email', purpose: 'marketing', status: 'granted' },
    });
    analytics.page({ userId: 'ada', name: 'Shop' });
    analytics.track({ userId: 'ada', event: 'Move Announced', properties: { move_id: 'm-1', city: 'Lille' } });
    await analytics.closeAndFlush();
    await platform.settle();
    const timeline = await platform.api<Entry[]>('GET', '/api/customers/ada/timeline');
    const texts = timeline.map(({ text }) => text);
    expect(errors).toEqual([]);
    expect(texts).toEqual(
      expect.arrayContaining(['Identify', 'Page Viewed (name Shop)', 'Move Announced (move_id m-1, city Lille)']),
    );
    expect(texts).toContain('moving-house: enters because of Move Announced');
    expect([...outside.calls.values()].map(({ path, body }) => ({ path, reference: body['reference'] }))).toEqual([
      { path: '/partner', reference: 'm-1' },
    ]);
  });

  it('a mail really leaves over SMTP, rendered from Liquid and MJML', async () => {
    await platform.api('PUT', '/api/customers/ada/consents', {
      channel: 'email',
      purpose: 'marketing',
      status: 'granted',
    });
    await fetch(new URL('/v1/track', platform.url), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        userId: 'ada',
        event: 'Transfer Confirmed',
        properties: { move_id: 'm-1', first_delivery: 'Wednesday' },
      }),
    });
    await platform.settle();
    const [mail] = [...outside.mails.values()];
    expect(mail?.to).toBe('ada@example.com');
    expect(mail?.text).toContain('Subject: Your coffee moves with you');
    expect(mail?.text.replaceAll(/=\r?\n/g, '')).toContain('Settled: Lille from now on');
  });

  it('is found again by `why`, from its first event to the delivery', async () => {
    const timeline = await platform.api<Entry[]>('GET', '/api/customers/ada/timeline?journey=moving-house');
    const kinds = new Set(timeline.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['event', 'entered', 'step', 'delivery']));
  });
});
