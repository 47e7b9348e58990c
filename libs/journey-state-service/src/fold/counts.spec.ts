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

describe('what a batch adds to the results of variants (R24)', () => {
  const assigned = (variant: string, over: object = {}): TraceEntry => ({
    what: 'assigned',
    stepId: 'test',
    variant,
    hash: 0.5,
    sticky: false,
    ...over,
  });
  const variantsOf = (...entries: TraceEntry[]): unknown[] => {
    const counts = new Counts();
    counts.traces(cart, traces(...entries));
    return counts
      .variants()
      .map(({ stepId, variant, epoch, entered, exposed, converted, value }) => [
        `${stepId} ${variant} ${epoch}`,
        ...[entered, exposed, converted, value],
      ]);
  };

  it('is kept apart by epoch; history from before there were any is of the first', () => {
    expect(variantsOf(assigned('a'), assigned('a', { epoch: 1 }), assigned('a', { epoch: 2 }), assigned('b'))).toEqual([
      ['test a 1', 2, 0, 0, 0],
      ['test a 2', 1, 0, 0, 0],
      ['test b 1', 1, 0, 0, 0],
    ]);
  });

  it('counts whoever comes by again once, exposures, and a conversion for each variant that led to it', () => {
    const variants = { test: { variant: 'a', epoch: 2 }, next: { variant: 'x', epoch: 1 } };
    expect(
      variantsOf(
        assigned('a', { epoch: 2 }),
        assigned('a', { epoch: 2, again: true }),
        { what: 'exposed', stepId: 'test', variant: 'a', epoch: 2 },
        { what: 'converted', value: 7.5, variants },
        { what: 'converted', value: 3 },
      ),
    ).toEqual([
      ['test a 2', 1, 1, 1, 7.5],
      ['next x 1', 0, 0, 1, 7.5],
    ]);
  });
});
