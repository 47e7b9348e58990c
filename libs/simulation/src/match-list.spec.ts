import { describe, expect, it } from '@jest/globals';
import { listMismatch } from './match-list.js';

const NINE = '2026-05-04T09:00:00.000Z';
const TEN = '2026-05-04T10:00:00.000Z';

describe('listMismatch', () => {
  it('matches on the fields given', () => {
    expect(listMismatch('sent', [{ customer: 'ada' }], [{ customer: 'ada', channel: 'email', at: NINE }])).toEqual([]);
    expect(listMismatch('events', [{ properties: { a: 1 } }], [{ properties: { a: 1, b: 2 } }])).toEqual([]);
    expect(listMismatch('events', [{ properties: { a: [1] } }], [{ properties: { a: [1, 2] } }])).not.toEqual([]);
  });

  it('is exact: nothing may be missing, nothing may be left', () => {
    expect(listMismatch('sent', [], [])).toEqual([]);
    expect(listMismatch('sent', [], [{ customer: 'ada' }])).not.toEqual([]);
    expect(listMismatch('sent', [{ customer: 'ada' }], [])).not.toEqual([]);
    expect(listMismatch('sent', [{}, {}], [{ customer: 'ada' }])).not.toEqual([]);
  });

  it('keeps the order of time', () => {
    const came = [
      { customer: 'ada', at: NINE },
      { customer: 'bob', at: TEN },
    ];
    expect(listMismatch('sent', [{ customer: 'ada' }, { customer: 'bob' }], came)).toEqual([]);
    expect(listMismatch('sent', [{ customer: 'bob' }, { customer: 'ada' }], came)).not.toEqual([]);
  });

  it('takes any order within one moment, and finds the one way in which items can be paired', () => {
    const came = [
      { customer: 'ada', step: 'a', at: NINE },
      { customer: 'ada', step: 'b', at: NINE },
    ];
    expect(listMismatch('sent', [{ customer: 'ada' }, { customer: 'ada', step: 'a' }], came)).toEqual([]);
    expect(listMismatch('sent', [{ step: 'a' }, { step: 'a' }], came)).not.toEqual([]);
  });

  it('compares moments and not their spelling', () => {
    expect(listMismatch('sent', [{ at: '2026-05-04T11:00:00+02:00' }], [{ at: NINE }])).toEqual([]);
  });

  it('says what was expected and what came', () => {
    expect(listMismatch('sent', [{ customer: 'ada' }], [{ customer: 'bob', rule: undefined }])).toEqual([
      'sent: expected 1, came 1, not these or not in this order',
      '  expected {"customer":"ada"}   <- did not come',
      '  came     {"customer":"bob"}   <- not expected',
    ]);
  });
});
