import { describe, expect, it } from '@jest/globals';
import type { ConsentStatus, CustomerContext, Purpose } from '@waymark/customer-context';
import { candidateOf } from '../testing/samples.js';

const on = (...channels: string[]) => ({ channels: channels.map((channel) => ({ channel, template: 'refill' })) });
const consented = (
  status: ConsentStatus | undefined,
  purpose: Purpose = 'marketing',
): Pick<CustomerContext, 'consents'> => ({
  consents: status === undefined ? {} : { email: { [purpose]: status } },
});

describe('the channel of an offer', () => {
  it('is the first that exists and may be used', () => {
    const channels = { email: true, sms: true, inbox: false };
    expect(candidateOf(on('sms', 'email', 'inbox'), { channels }).channel).toBe('email');
    expect(candidateOf(on('inbox', 'email'), { channels }).channel).toBe('inbox');
    expect(candidateOf(on('pigeon', 'email'), { channels }).channel).toBe('email');
  });

  it('is NO_CHANNEL when none of them is set up', () => {
    expect(candidateOf(on('pigeon', 'owl'))).toMatchObject({
      reason: 'NO_CHANNEL',
      because: 'none of its channels is set up',
    });
  });

  it('is CONSENT when she has agreed to none of those set up, and names only them', () => {
    const asked = { customer: consented('denied'), channels: { email: true, sms: true } };
    expect(candidateOf(on('pigeon', 'email', 'sms'), asked)).toMatchObject({
      reason: 'CONSENT',
      because: 'no consent to marketing by email, sms',
    });
  });

  it.each([
    ['marketing', undefined, 'CONSENT'],
    ['marketing', 'granted', 'WON'],
    ['marketing', 'denied', 'CONSENT'],
    ['marketing', 'withdrawn', 'CONSENT'],
    ['service', undefined, 'WON'],
    ['service', 'granted', 'WON'],
    ['service', 'denied', 'CONSENT'],
    ['service', 'withdrawn', 'CONSENT'],
    ['transactional', 'denied', 'WON'],
    ['transactional', 'withdrawn', 'WON'],
    ['legal', 'denied', 'WON'],
    ['legal', undefined, 'WON'],
  ] as const)('of class %s with consent %s is %s (R33)', (of, status, reason) => {
    const customer = consented(status, of === 'service' ? 'service' : 'marketing');
    expect(candidateOf({}, { class: of, customer }).reason).toBe(reason);
  });

  it('asks each class for its own purpose only', () => {
    expect(candidateOf({}, { class: 'marketing', customer: consented('granted', 'service') }).reason).toBe('CONSENT');
    expect(candidateOf({}, { class: 'service', customer: consented('denied', 'marketing') }).reason).toBe('WON');
  });

  it('needs no consent where the channel asks for none', () => {
    const customer = { consents: { inbox: { marketing: 'denied' as const } } };
    expect(candidateOf(on('inbox'), { customer })).toMatchObject({ reason: 'WON', channel: 'inbox' });
  });
});
