import { describe, expect, it } from '@jest/globals';
import { SEND_BYTES_MAX, SEND_RECORDS_MAX, sendLength } from './send-length.js';

const LIMIT = 1_000;
const record = (bytes: number, partition = 0): Parameters<typeof sendLength>[0][number] => ({
  topic: 'events',
  partition,
  bytes,
});
const lengthOf = (...records: Parameters<typeof sendLength>[0]): number => sendLength(records, () => LIMIT);

describe('sendLength', () => {
  it.each([
    { what: 'nothing', records: [], expected: 0 },
    { what: 'all that fits', records: [record(300), record(300), record(300)], expected: 3 },
    { what: 'what a batch of the partition may hold', records: [record(300), record(300), record(301)], expected: 2 },
    { what: 'a batch for each partition', records: [record(800), record(800, 1), record(800, 2)], expected: 3 },
    { what: 'a record over the limit alone', records: [record(5_000), record(1)], expected: 1 },
    { what: 'what comes before a record over the limit', records: [record(1), record(2), record(5_000)], expected: 2 },
  ])('is $what', ({ records, expected }) => {
    expect(lengthOf(...records)).toBe(expected);
  });

  it('goes by the limit of each topic', () => {
    const records = ['a', 'a', 'b', 'b'].map((topic) => ({ topic, partition: 0, bytes: 500 }));
    expect(sendLength(records, (topic) => (topic === 'a' ? 2_000 : 800))).toBe(3);
  });

  it('is bounded in records and bytes, however many partitions there are', () => {
    const many = Array.from({ length: SEND_RECORDS_MAX * 2 }, (_, partition) => record(1, partition));
    expect(lengthOf(...many)).toBe(SEND_RECORDS_MAX);
    const big = Array.from({ length: 20 }, (_, partition) => record(1_000_000, partition));
    expect(sendLength(big, () => 2_000_000)).toBe(Math.floor(SEND_BYTES_MAX / 1_000_000));
  });
});
