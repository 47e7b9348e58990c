import { describe, expect, it } from '@jest/globals';
import { beginningFor, boundsOf } from './offset-bounds.js';

const kafkaError = (type: string): Error => Object.assign(new Error('words'), { type });

describe('beginningFor', () => {
  it.each([
    { offset: 0, low: 0, high: 0, expected: 0 },
    { offset: 0, low: 40, high: 50, expected: 40 },
    { offset: 0, low: 50, high: 50, expected: 50 },
    { offset: 40, low: 40, high: 50, expected: 40 },
    { offset: 45, low: 40, high: 50, expected: 45 },
    { offset: 50, low: 40, high: 50, expected: 50 },
  ])('is $expected for $offset in $low to $high', ({ offset, low, high, expected }) => {
    expect(beginningFor(offset, { low, high }, 'it')).toBe(expected);
  });

  it.each([
    {
      offset: 1,
      low: 40,
      high: 50,
      words: /^it begins at offset 40, but 1 is the next .* deleted 39 records .* retention\.ms/,
    },
    { offset: 39, low: 40, high: 50, words: /set next_offset .* to 40/ },
    { offset: 51, low: 40, high: 50, words: /^it ends at offset 50, but everything below 51 was processed/ },
    { offset: 3, low: 0, high: 0, words: /KAFKA_TOPIC_PREFIX.* set next_offset .* to 0/ },
  ])('does not exist for $offset in $low to $high', ({ offset, low, high, words }) => {
    expect(() => beginningFor(offset, { low, high }, 'it')).toThrow(
      expect.objectContaining({ code: 'LOG_MISMATCH', message: expect.stringMatching(words) }),
    );
  });
});

describe('boundsOf', () => {
  const offsets = [{ partition: 1, offset: '9', low: '4', high: '9' }];

  it('asks again while things are being moved', async () => {
    const answers = [kafkaError('NOT_LEADER_FOR_PARTITION'), offsets];
    const admin = {
      async fetchTopicOffsets() {
        const answer = answers.shift()!;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
    expect(await boundsOf(admin, 'events')).toEqual(new Map([[1, { low: 4, high: 9 }]]));
  });

  it('fails at once when it is something else', async () => {
    const admin = { fetchTopicOffsets: () => Promise.reject(kafkaError('TOPIC_AUTHORIZATION_FAILED')) };
    await expect(boundsOf(admin, 'events')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });
});
