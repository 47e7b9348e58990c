import { describe, expect, it } from '@jest/globals';
import { scenarioSchema } from './scenario.js';

const scenario = (over: object = {}): object => ({
  kind: 'scenario',
  id: 'x',
  start: '2026-05-04T08:00:00Z',
  timeline: [],
  ...over,
});
const isScenario = (over: object): boolean => scenarioSchema.safeParse(scenario(over)).success;
const isEntry = (...timeline: object[]): boolean => isScenario({ timeline });

describe('a scenario', () => {
  it('has nobody in it and names every message, unless it says otherwise', () => {
    expect(scenarioSchema.parse(scenario())).toEqual({ ...scenario(), customers: {}, allowUnexpected: false });
  });

  it.each<[string, object, boolean]>([
    ['a start without a zone', { start: '2026-05-04T08:00:00' }, false],
    ['a workspace of one folder', { workspace: '..' }, true],
    ['a workspace of many', { workspace: ['../a', '../b'] }, true],
    ['a seed', { seed: 7 }, true],
    ['a customer', { customers: { ada: { traits: { a: 1 }, consents: { email: { marketing: 'granted' } } } } }, true],
    [
      'a consent for a purpose there is not',
      { customers: { ada: { consents: { email: { fun: 'granted' } } } } },
      false,
    ],
    ['an agency there is not', { customers: { ada: { agency: { care: 'push' } } } }, false],
    ['a key there is not', { shadow: {} }, false],
  ])('with %s: %s', (_, over, valid) => {
    expect(isScenario(over)).toBe(valid);
  });

  it.each<[object, boolean]>([
    [{ at: '2026-05-04T08:00:00Z', track: { customer: 'ada', event: 'E' } }, true],
    [{ after: 'PT1H', expect: { sent: [] } }, true],
    [{ after: '1 hour' }, false],
    [{ track: { event: 'E' } }, false],
    [{ track: { customer: '', event: 'E' } }, false],
    [{ pause: { journey: 'a', timers: 'freeze' } }, true],
    [{ pause: { journey: 'a', timers: 'stop' } }, false],
    [{ erase: { customer: 'a' } }, false],
    [{ crash: 'ingestion' }, true],
    [{ crash: 'everything' }, false],
    [{ provider: { channel: 'mail', reply: 'ok' } }, true],
    [{ provider: { channel: 'mail', reply: { status: 503, retryAfter: 7 } } }, true],
    [{ provider: { channel: 'mail', reply: { status: 503, retryAfter: -1 } } }, false],
    [{ provider: { channel: 'mail', reply: 'no' } }, false],
    [{ respond: { customer: 'ada', outcome: 'clicked' } }, true],
    [{ respond: { customer: 'ada', outcome: 'accepted' } }, true],
    [{ respond: { customer: 'ada', outcome: 'liked' } }, false],
    [{ expect: { sent: [{ customer: 'ada', chanel: 'mail' }] } }, false],
    [{ expect: { snt: [] } }, false],
    [{ expect: { count: { sent: 2, violations: 0 } } }, true],
    [{ expect: { count: { everything: 2 } } }, false],
    [{ expect: { count: { sent: 1.5 } } }, false],
    [{ expect: { at: { ada: { welcome: ['a', 'b'] } } } }, true],
    [{ repeat: { times: 3, every: 'P1D', as: 'i', do: [{ track: { customer: 'c', event: 'E' } }] } }, true],
    [{ repeat: { times: 0, every: 'P1D', do: [] } }, false],
    [{ repeat: { times: 2, every: 'P1D', do: [{ repeat: { times: 2, every: 'PT1H', do: [{}] } }] } }, true],
    [{ repeat: { times: 2, every: 'P1D', do: [{ trak: {} }] } }, false],
  ])('may have the entry %j: %j', (entry, valid) => {
    expect(isEntry(entry)).toBe(valid);
  });
});
