import { describe, expect, it } from '@jest/globals';
import { aJourney } from './testing/play.js';

const END = { kind: 'exit' };

describe('compileJourney', () => {
  it.each([
    ['in the entry', { entry: { event: 'A', where: '1 +' }, steps: { end: END } }],
    ['in the goal', { goal: { event: 'A', value: '(' }, steps: { end: END } }],
    ['in an exit rule', { exits: [{ id: 'a', if: 'event.' }], steps: { end: END } }],
    [
      'in a branch',
      { steps: { a: { kind: 'branch', when: [{ id: 'x', if: '"', next: 'end' }], default: 'end' }, end: END } },
    ],
    ['in an await', { steps: { a: { kind: 'await', any: [{ id: 'x', if: '==', next: 'end' }] }, end: END } }],
    ['in an update', { steps: { a: { kind: 'update', set: { x: ')' }, next: 'end' }, end: END } }],
    ['in an act', { steps: { a: { kind: 'act', channel: 'mail', data: { x: '?' }, next: 'end' }, end: END } }],
  ])('refuses text that is not CEL when it compiles and not when it runs: %s', (_, of) => {
    expect(() => aJourney(of)).toThrow(expect.objectContaining({ code: 'INVALID_RESOURCE' }));
  });

  it('R5: knows the channels of its messages, unless personalization may choose any', () => {
    const act = (channel: string): object => ({ kind: 'act', channel, next: 'end' });
    const steps = { a: act('mail'), b: act('sms'), c: act('mail'), end: END };
    expect(aJourney({ steps }).channels).toEqual(new Set(['mail', 'sms']));
    expect(aJourney({ steps: { end: END } }).channels).toEqual(new Set());
    const decide = { kind: 'decide', slot: 'home', offers: {}, next: 'end' };
    expect(aJourney({ steps: { ...steps, d: decide } }).channels).toBeUndefined();
  });
});
