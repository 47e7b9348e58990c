import { describe, expect, it } from '@jest/globals';
import {
  CHANNEL_TYPES,
  outcomeEventName,
  outcomeOfEventName,
  OUTCOMES,
  type ChannelType,
  type Outcome,
} from './outcome.js';
import { OWN_EVENTS } from './own-events.js';

const ALL = CHANNEL_TYPES.flatMap((type) => OUTCOMES.map((outcome) => [type, outcome] as const));

describe('the names of outcomes', () => {
  it.each<[ChannelType, Outcome, string]>([
    ['smtp', 'sent', 'Email Sent'],
    ['smtp', 'delivered', 'Email Delivered'],
    ['smtp', 'opened', 'Email Opened'],
    ['smtp', 'clicked', 'Email Link Clicked'],
    ['smtp', 'bounced', 'Email Bounced'],
    ['smtp', 'complained', 'Email Marked as Spam'],
    ['smtp', 'unsubscribed', 'Unsubscribed'],
    ['smtp', 'failed', 'Email Failed'],
    ['smtp', 'suppressed', 'Email Suppressed'],
    ['smtp', 'unknown', 'Email Outcome Unknown'],
    ['webhook', 'sent', 'Webhook Sent'],
    ['inbox', 'clicked', 'Inbox Message Link Clicked'],
    ['log', 'suppressed', 'Log Message Suppressed'],
    ['inbox', 'unsubscribed', 'Unsubscribed'],
  ])('%s %s is "%s", as Segment has it where it has a word', (type, outcome, name) => {
    expect(outcomeEventName(type, outcome)).toBe(name);
  });

  it.each(ALL)('%s %s is found again by its name', (type, outcome) => {
    expect(outcomeOfEventName(outcomeEventName(type, outcome))).toBe(outcome);
  });

  it('tells channel types apart, but for those who unsubscribe', () => {
    const names = ALL.filter(([, outcome]) => outcome !== 'unsubscribed').map((each) => outcomeEventName(...each));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ...Object.values(OWN_EVENTS),
    'Signed Up',
    'Order Completed',
    'Page Viewed',
    'email sent',
    '',
    'constructor',
  ])('"%s" is no outcome', (name) => {
    expect(outcomeOfEventName(name)).toBeUndefined();
  });
});
