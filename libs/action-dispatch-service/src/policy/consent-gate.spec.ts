import { describe, expect, it } from '@jest/globals';
import type { ConsentStatus } from '@waymark/customer-context';
import { aChannel, aCustomer, anAction } from '../testing/samples.js';
import { consentGate } from './consent-gate.js';

const email = aChannel();

describe('consent at hand-over (R33, R62)', () => {
  it.each([
    ['marketing', undefined, 'never'],
    ['marketing', 'granted', 'go'],
    ['marketing', 'denied', 'never'],
    ['marketing', 'withdrawn', 'never'],
    ['service', undefined, 'go'],
    ['service', 'granted', 'go'],
    ['service', 'denied', 'never'],
    ['service', 'withdrawn', 'never'],
    ['transactional', 'denied', 'go'],
    ['legal', 'denied', 'go'],
  ] as const)('%s with %s: %s', (its, status, may) => {
    const purpose = its === 'marketing' ? 'marketing' : 'service';
    const consents: Record<string, Partial<Record<'marketing' | 'service', ConsentStatus>>> = status === undefined
      ? {}
      : { email: { [purpose]: status } };
    const verdict = consentGate(anAction({ class: its }), email, aCustomer({ consents }));
    expect(verdict).toMatchObject(may === 'go' ? { may } : { may, reason: 'CONSENT' });
  });

  it('takes consent to one purpose, on one channel, for no other', () => {
    expect(
      consentGate(
        anAction(),
        email,
        aCustomer({ consents: { email: { service: 'granted' }, sms: { marketing: 'granted' } } }),
      ),
    ).toMatchObject({ may: 'never' });
  });

  it.each([
    ['smtp', undefined, 'never'],
    ['smtp', false, 'go'],
    ['inbox', undefined, 'go'],
    ['webhook', undefined, 'go'],
    ['log', undefined, 'go'],
    ['webhook', true, 'never'],
  ] as const)('on a channel of type %s whose consent key is %s: %s', (type, consent, may) => {
    const channel = aChannel({ type, ...(consent !== undefined && { consent }) });
    expect(consentGate(anAction(), channel, aCustomer({ consents: {} }))).toMatchObject({ may });
  });
});
