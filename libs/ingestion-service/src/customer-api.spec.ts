import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CustomerApi } from './customer-api.js';
import { IngestionWorld } from './testing/ingestion-world.js';
import { NOW, aRawEvent, message } from './testing/samples.js';

describe('one customer', () => {
  let world: IngestionWorld;
  let customers: CustomerApi;

  beforeEach(async () => {
    world = new IngestionWorld();
    customers = world.ingestion.customers;
    world.send(
      aRawEvent({ messageId: message('m1'), anonymousId: 'v1' }),
      aRawEvent({
        messageId: message('m2'),
        type: 'identify',
        userId: 'ada',
        anonymousId: 'v1',
        traits: { lang: 'de' },
      }),
      aRawEvent({ messageId: message('m3'), userId: 'ada' }),
      aRawEvent({ messageId: message('m4'), anonymousId: 'v2' }),
    );
    await world.settle();
  });

  it.each([
    ['her own', 'ada', 'ada'],
    ["her visitor's", 'v1', 'ada'],
    ["a visitor's nobody is linked to", 'v2', 'anon~v2'],
    ["a customer's", 'anon~v2', 'anon~v2'],
  ])('is found by %s id', async (_, id, found) => {
    expect(await customers.resolve(id)).toBe(found);
    expect(await customers.context(id)).toMatchObject({ id: found });
  });

  it('who was given up for another is the other, by each of her ids', async () => {
    world.send(aRawEvent({ messageId: message('m5'), type: 'alias', userId: '42', previousId: 'ada' }));
    await world.settle();
    for (const id of ['42', 'ada', 'v1']) expect(await customers.resolve(id)).toBe('42');
    world.send(aRawEvent({ messageId: message('m6'), anonymousId: 'v1' }));
    await world.settle();
    expect(await customers.context('ada')).toMatchObject({ counters: { 'Cart Updated': 3 } });
  });

  it('who is not there is NOT_FOUND, whatever is asked or told of her, and nothing is sent', async () => {
    const before = (await world.raw()).length;
    const consent = { channel: 'email', purpose: 'marketing', status: 'granted' };
    const agency = { category: '*', level: 'coach', source: 'api' };
    for (const ask of [
      () => customers.context('nobody'),
      () => customers.events('nobody', 10),
      () => customers.setTraits('nobody', {}),
      () => customers.setConsent('nobody', consent),
      () => customers.setAgency('nobody', agency),
    ])
      await expect(ask()).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'no customer is known by the id "nobody"',
      });
    expect(await world.raw()).toHaveLength(before);
  });

  it('has her events newest first, as many as asked for', async () => {
    const names = async (limit: number) =>
      (await customers.events('v1', limit)).map(({ event }) => `${event.messageId} ${event.name}`);
    expect(await names(10)).toEqual(['m3 Cart Updated', 'm2 Identify']);
    expect(await names(1)).toEqual(['m3 Cart Updated']);
  });

  it('is changed by events of the platform, which travel like any other', async () => {
    world.clock.moveTo(Date.parse('2026-05-04T09:30:00Z'));
    await customers.setTraits('v1', { plan: 'pro' });
    await customers.setConsent('ada', { channel: 'email', purpose: 'marketing', status: 'granted' });
    await customers.setAgency('ada', { category: 'travel', level: 'coach', source: 'api' });
    const told = (await world.raw()).slice(-3);
    const ofAda = { customerId: 'ada', source: 'waymark', timestamp: '2026-05-04T09:30:00.000Z' };
    expect(told).toEqual([
      expect.objectContaining({ ...ofAda, type: 'identify', traits: { plan: 'pro' }, properties: {} }),
      expect.objectContaining({
        ...ofAda,
        type: 'track',
        event: 'Consent Updated',
        properties: { channel: 'email', purpose: 'marketing', status: 'granted' },
      }),
      expect.objectContaining({
        ...ofAda,
        type: 'track',
        event: 'Agency Updated',
        properties: { category: 'travel', level: 'coach', source: 'api' },
      }),
    ]);
    expect(new Set(told.map(({ messageId }) => messageId)).size).toBe(3);
    await world.settle();
    expect(await customers.context('ada')).toMatchObject({
      traits: { lang: 'de', plan: 'pro' },
      consents: { email: { marketing: 'granted' } },
      agency: { travel: 'coach' },
    });
    expect((await customers.events('ada', 1))[0]?.event.receivedAt).not.toBe(NOW);
  });

  it('whose message came again with another body is counted (R71)', async () => {
    world.send(aRawEvent({ messageId: message('m3'), userId: 'bob' }));
    await world.settle();
    expect(await customers.mismatches()).toBe(1);
  });
});
