import { describe, expect, it } from '@jest/globals';
import { OWN_SOURCE, type RawEvent } from '@waymark/contracts';
import { aRawEvent } from '../testing/samples.js';
import { refuseEvent } from './refuse-event.js';

const NOW = Date.parse('2026-05-04T08:00:00Z');
const refused = (over: Partial<RawEvent>): ReturnType<typeof refuseEvent> =>
  refuseEvent(aRawEvent({ userId: 'ada', ...over }), NOW);
const nobody = { userId: undefined, anonymousId: undefined, customerId: undefined };

describe('refuseEvent', () => {
  it.each<[string, Partial<RawEvent>]>([
    ['of a user', {}],
    ['of a visitor', { ...nobody, anonymousId: 'a-1' }],
    ['of a customer, as the platform itself names her', { ...nobody, customerId: 'ada' as RawEvent['customerId'] }],
    ['of the first moment of 2000', { timestamp: '2000-01-01T00:00:00Z', receivedAt: '2000-01-01T00:00:00Z' }],
    [
      'of two days ahead, as clocks may differ',
      { timestamp: '2026-05-06T08:00:00Z', receivedAt: '2026-05-06T08:00:00Z' },
    ],
    ['of a name that the platform uses, of a source of its own', { event: 'Segment Entered' }],
    ['identify, which has no name', { type: 'identify', event: undefined }],
    ['group, which has no name', { type: 'group', event: undefined }],
    ['alias, which has no name', { type: 'alias', event: undefined }],
  ])('takes an event %s', (_, over) => {
    expect(refused(over)).toBeUndefined();
  });

  it.each<[string, Partial<RawEvent>, string, string]>([
    ['of nobody', nobody, 'MISSING_ID', 'an event needs a userId or an anonymousId'],
    [
      'alias of a visitor',
      { ...nobody, anonymousId: 'a-1', type: 'alias', previousId: 'b-1' },
      'MISSING_ID',
      'an alias call needs a userId',
    ],
    ['track without a name', { event: undefined }, 'INVALID_RECORD', 'event: a track event needs a name'],
    ['page without a name', { type: 'page', event: undefined }, 'INVALID_RECORD', 'event: a page event needs a name'],
    [
      'of the far future',
      { timestamp: '9999-12-31T23:59:59Z' },
      'INVALID_TIMESTAMP',
      'timestamp 9999-12-31T23:59:59Z is more than two days in the future',
    ],
    [
      'received in the future',
      { receivedAt: '2026-05-06T08:00:00.001Z' },
      'INVALID_TIMESTAMP',
      'receivedAt 2026-05-06T08:00:00.001Z is more than two days in the future',
    ],
    [
      'of seconds taken for milliseconds',
      { timestamp: '1970-01-21T13:28:00Z' },
      'INVALID_TIMESTAMP',
      'timestamp 1970-01-21T13:28:00Z is before the year 2000',
    ],
    ...['Segment Entered', 'Segment Left', 'Schedule Due'].map((event): [string, Partial<RawEvent>, string, string] => [
      `${event}, under the platform's name`,
      { event, source: OWN_SOURCE },
      'FORBIDDEN',
      `only ingestion says "${event}" for the platform; send it from a source of your own`,
    ]),
  ])('refuses an event %s', (_, over, code, detail) => {
    expect(refused(over)).toEqual({ code, detail });
  });
});
