import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUFFER_RECORDS_MAX, PartitionBuffer } from './partition-buffer.js';

interface Fake {
  offset: string;
  key: null;
  value: Buffer;
}

const fake = (offset: number, value = Buffer.alloc(1)): Fake => ({ offset: String(offset), key: null, value });
const offsetsOf = (records: readonly Fake[]): number[] => records.map(({ offset }) => Number(offset));

type Step =
  | { do: 'add'; count: number; unread: number }
  | { do: 'read'; ahead: number; max: number }
  | { do: 'position'; at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), count: fc.nat(9), unread: fc.nat(2) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('read' as const), ahead: fc.nat(12), max: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('position' as const), at: fc.nat(30) }) },
  ),
  { maxLength: 40 },
);

describe('PartitionBuffer', () => {
  it('gives, from any offset it holds, what is there and nothing else', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const buffer = new PartitionBuffer<Fake>();
        let there: number[] = [];
        let start = 0;
        let next = 0;
        buffer.position({ start, next });
        for (const step of given) {
          if (step.do === 'position') {
            [start, next, there] = [step.at, step.at, []];
            buffer.position({ start, next });
          } else if (step.do === 'add') {
            const added = Array.from({ length: step.count }, (_, index) => next + index);
            const last = next + step.count + step.unread - 1;
            expect(
              buffer.add(
                added.map((offset) => fake(offset)),
                last,
              ),
            ).toBe(last);
            there.push(...added);
            next = last + 1;
          } else {
            const offset = start + step.ahead;
            expect(buffer.holds(offset)).toBe(offset <= next);
            expect(buffer.hasFrom(offset)).toBe(offset <= next && there.some((each) => each >= offset));
            if (offset <= next) start = offset;
            const expected = offset <= next ? there.filter((each) => each >= offset).slice(0, step.max) : [];
            expect(offsetsOf(buffer.read(offset, step.max))).toEqual(expected);
          }
          expect(buffer.next).toBe(next);
        }
      }),
    );
  });

  it('takes the part of a batch that fits, and is drained when half is read', () => {
    const buffer = new PartitionBuffer<Fake>();
    buffer.position({ start: 0, next: 0 });
    const records = Array.from({ length: BUFFER_RECORDS_MAX + 5 }, (_, offset) => fake(offset));
    expect(buffer.add(records, BUFFER_RECORDS_MAX + 4)).toBe(BUFFER_RECORDS_MAX - 1);
    expect([buffer.isFull, buffer.isDrained, buffer.next]).toEqual([true, false, BUFFER_RECORDS_MAX]);
    expect(buffer.add(records.slice(BUFFER_RECORDS_MAX), BUFFER_RECORDS_MAX + 4)).toBe(BUFFER_RECORDS_MAX - 1);
    buffer.read(BUFFER_RECORDS_MAX / 2, 1);
    expect([buffer.isFull, buffer.isDrained]).toEqual([false, true]);
  });

  it('is full of few big records, too', () => {
    const buffer = new PartitionBuffer<Fake>();
    buffer.position({ start: 0, next: 0 });
    const big = Buffer.alloc(5 * 1024 * 1024);
    expect(buffer.add([fake(0, big), fake(1, big), fake(2, big)], 2)).toBe(1);
    expect(offsetsOf(buffer.read(0, 10))).toEqual([0, 1]);
    buffer.read(2, 10);
    expect([buffer.isFull, buffer.isDrained, buffer.next]).toEqual([false, true, 2]);
  });

  it('holds nothing that was forgotten', () => {
    const buffer = new PartitionBuffer<Fake>();
    buffer.position({ start: 0, next: 0 });
    buffer.add([fake(0)], 0);
    buffer.forget();
    expect([buffer.next, buffer.holds(0), buffer.hasFrom(0), buffer.read(0, 1), buffer.isDrained]).toEqual([
      undefined,
      false,
      false,
      [],
      true,
    ]);
    expect([buffer.add([fake(0)], 0), buffer.read(0, 1)]).toEqual([0, []]);
  });
});
