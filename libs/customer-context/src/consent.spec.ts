import { describe, expect, it } from '@jest/globals';
import { customerIdSchema, type MessageClass } from '@waymark/contracts';
import { consentStatus, isConsented, isDenied } from './consent.js';
import { emptyContext, type ConsentStatus } from './customer-context.js';

describe('R33: consent', () => {
  it.each<[MessageClass, ConsentStatus | undefined, boolean]>([
    ['marketing', 'granted', true],
    ['marketing', undefined, false],
    ['marketing', 'denied', false],
    ['marketing', 'withdrawn', false],
    ['service', 'granted', true],
    ['service', undefined, true],
    ['service', 'denied', false],
    ['service', 'withdrawn', false],
    ['transactional', 'denied', true],
    ['transactional', undefined, true],
    ['legal', 'withdrawn', true],
  ])('%s with %s: %s', (messageClass, status, expected) => {
    expect(isConsented(messageClass, status)).toBe(expected);
  });

  it('R5: what is unknown is not denied', () => {
    expect([undefined, 'granted' as const, 'denied' as const, 'withdrawn' as const].map(isDenied)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('is of the channel and of the purpose that the class has', () => {
    const ada = {
      ...emptyContext(customerIdSchema.parse('ada')),
      consents: { email: { marketing: 'granted' as const, service: 'denied' as const } },
    };
    const classes: MessageClass[] = ['marketing', 'service', 'transactional', 'legal'];
    expect(classes.map((each) => consentStatus(ada, 'email', each))).toEqual([
      'granted',
      'denied',
      undefined,
      undefined,
    ]);
    expect(['push', 'constructor'].map((channel) => consentStatus(ada, channel, 'marketing'))).toEqual([
      undefined,
      undefined,
    ]);
  });
});
