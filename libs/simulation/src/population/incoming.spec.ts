import { describe, expect, it } from '@jest/globals';
import { recordedCalls, type Incoming } from './incoming.js';

async function all(lines: readonly string[]): Promise<Incoming[]> {
  const found: Incoming[] = [];
  for await (const each of recordedCalls(lines)) found.push(each);
  return found;
}

const GOOD = { type: 'track', userId: 'ada', event: 'Signed Up', timestamp: '2026-11-30T08:00:00Z' };

describe('recordedCalls', () => {
  it.each([
    ['{"type":"track"', /^it is not JSON: /],
    ['[]', /a JSON object/],
    ['"text"', /a JSON object/],
    [JSON.stringify({ ...GOOD, timestamp: undefined }), /no timestamp/],
    [JSON.stringify({ ...GOOD, timestamp: 'yesterday' }), /"yesterday" is no instant/],
    [JSON.stringify({ ...GOOD, timestamp: '1999-01-01T00:00:00Z' }), /before the year 2000/],
    [JSON.stringify({ ...GOOD, userId: undefined }), /needs a userId or an anonymousId/],
    [JSON.stringify({ ...GOOD, event: undefined }), /event/],
    [JSON.stringify({ ...GOOD, type: 'shout' }), /type/],
    [JSON.stringify({ ...GOOD, properties: { text: 'x'.repeat(33_000) } }), /32 KB/],
    [`{"__proto__":{},"type":"track"}`, /not allowed/],
    [JSON.stringify({ ...GOOD, properties: JSON.parse('['.repeat(40) + ']'.repeat(40)) }), /levels deep/],
  ])('says with the line number why a line is no call, and goes on: %.40s', async (text, reason) => {
    const found = await all(['', text, JSON.stringify(GOOD)]);
    expect(found).toEqual([
      { bad: { line: 2, reason: expect.stringMatching(reason) } },
      { event: expect.objectContaining({ userId: 'ada', event: 'Signed Up', messageId: 'line-3' }) },
    ]);
  });

  it('takes the timestamp as corrected, and what was received later as received then', async () => {
    const sent = { ...GOOD, sentAt: '2026-11-30T09:00:00Z' };
    const late = {
      ...GOOD,
      timestamp: undefined,
      originalTimestamp: GOOD.timestamp,
      receivedAt: '2026-11-30T12:00:00Z',
    };
    expect(await all([sent, late].map((call) => JSON.stringify(call)))).toMatchObject([
      { event: { timestamp: '2026-11-30T08:00:00.000Z', receivedAt: '2026-11-30T08:00:00.000Z' } },
      { event: { timestamp: '2026-11-30T08:00:00.000Z', receivedAt: '2026-11-30T12:00:00.000Z' } },
    ]);
  });
});
