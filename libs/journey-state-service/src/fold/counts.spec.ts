import { describe, expect, it } from '@jest/globals';
import type { Trace, TraceEntry } from '@waymark/journey-engine';
import { Counts } from './counts.js';

const at = '2026-05-04T08:00:00.000Z';
const traces = (...entries: TraceEntry[]): Trace[] => entries.map((entry) => ({ at, ...entry }));
const cart = { id: 'cart', version: 'v1' };

describe('what a batch adds to the funnels (R23)', () => {
  it.each<[TraceEntry, object | undefined]>([
    [
      { what: 'entered', event: 'Cart Left' },
      { what: 'entered', key: '' },
    ],
    [
      { what: 'refused', reason: 'REENTRY_NEVER', detail: '' },
      { what: 'refused', key: 'REENTRY_NEVER' },
    ],
    [
      { what: 'arrived', stepId: 'rest', kind: 'wait' },
      { what: 'arrived', key: 'rest' },
    ],
    [
      { what: 'ended', stepId: 'done', reason: 'never came back' },
      { what: 'ended', key: 'never came back' },
    ],
    [
      { what: 'converted', value: 12.5 },
      { what: 'converted', key: '', value: 12.5 },
    ],
    [{ what: 'converted' }, { what: 'converted', key: '' }],
    [{ what: 'timedOut', stepId: 'rest' }, undefined],
    [{ what: 'matched', stepId: 'rest', option: 'back' }, undefined],
  ])('of %j is %j', (entry, expected) => {
    const counts = new Counts();
    counts.traces(cart, traces(entry));
    const always = { journeyId: 'cart', version: 'v1', count: 1, value: 0 };
    expect(counts.list()).toEqual(expected === undefined ? [] : [{ ...always, ...expected }]);
  });

  it('is one sum for each journey, version, and thing counted', () => {
    const counts = new Counts();
    const arrived = (stepId: string): TraceEntry => ({ what: 'arrived', stepId, kind: 'wait' });
    counts.traces(cart, traces(arrived('rest'), arrived('rest'), arrived('ask')));
    counts.traces({ ...cart, version: 'v2' }, traces(arrived('rest')));
    counts.traces({ ...cart, id: 'order' }, traces(arrived('rest')));
    counts.traces(cart, traces(arrived('rest'), { what: 'converted', value: 2 }, { what: 'converted', value: 3 }));
    expect(
      counts
        .list()
        .map(({ journeyId, version, what, key, count, value }) => [journeyId, version, what, key, count, value]),
    ).toEqual([
      ['cart', 'v1', 'arrived', 'rest', 3, 0],
      ['cart', 'v1', 'arrived', 'ask', 1, 0],
      ['cart', 'v2', 'arrived', 'rest', 1, 0],
      ['order', 'v1', 'arrived', 'rest', 1, 0],
      ['cart', 'v1', 'converted', '', 2, 5],
    ]);
  });
});
