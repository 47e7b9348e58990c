import { describe, expect, it } from '@jest/globals';
import { play, welcomeWith } from './testing/play.js';

const SIGN_UP = { track: { customer: 'ada', event: 'Signed Up' } };
const PASSED = { passed: true, message: '' };

describe('a scenario that comes true', () => {
  it('passes: lists, states and counts', async () => {
    const result = await play([
      { ...SIGN_UP, expect: { at: { ada: { welcome: 'rest' } }, sent: [], finished: [] } },
      { after: 'PT59M', expect: { sent: [] } },
      {
        after: 'PT1M',
        expect: {
          sent: [
            {
              customer: 'ada',
              step: 'greet',
              journey: 'welcome',
              channel: 'hook',
              json: { text: 'Hello Ada' },
              class: 'transactional',
              at: '2026-05-04T09:00:00Z',
            },
          ],
          attempts: [{ channel: 'hook', status: 200 }],
          events: [{ customer: 'ada', event: 'Welcome Counted', properties: { who: 'ada' } }],
          finished: [{ customer: 'ada', journey: 'welcome', reason: 'finished' }],
          traits: { ada: { welcomed: true } },
          at: { ada: { welcome: 'none' } },
          deadLetters: [],
        },
      },
      { after: 'P300D', expect: { sent: [], count: { suppressed: 0 } } },
    ]);
    expect(result).toEqual(PASSED);
  });

  it('knows what was given at the start, and starts no journey by it', async () => {
    const listening =
      'kind: journey\nid: listening\nentry: { event: Identify }\nstart: done\nsteps:\n  done: { kind: exit }\n';
    const result = await play(
      [
        {
          expect: {
            at: { ada: { listening: 'none' } },
            finished: [],
            traits: { ada: { firstName: 'Ada' } },
            agency: { ada: { care: 'curate' } },
          },
        },
        { identify: { customer: 'ada' }, expect: { finished: [{ journey: 'listening' }] } },
      ],
      {
        files: { 'listening.journey.yaml': listening },
      },
    );
    expect(result).toEqual(PASSED);
  });

  it('names items of one moment that come one after the other, whatever their partition', async () => {
    const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay'];
    const refusals = names.flatMap((customer) => [
      { track: { customer, event: 'Signed Up' } },
      {
        track: { customer, event: 'Signed Up' },
        expect: { refused: [{ customer, journey: 'welcome', reason: 'ALREADY_ACTIVE' }] },
      },
    ]);
    expect(await play([...refusals], { scenario: { customers: {} } })).toEqual(PASSED);
  });

  it('repeats, fills the count in, and ends at the last one', async () => {
    const result = await play([
      {
        repeat: { times: 3, every: 'P1D', as: 'i', do: [{ track: { customer: 'c{{ i }}', event: 'Signed Up' } }] },
        expect: { at: { c2: { welcome: 'rest' } }, count: { sent: 2, finished: 2 } },
      },
      { after: 'PT1H', expect: { sent: [{ customer: 'c2', at: '2026-05-06T09:00:00Z' }] } },
    ]);
    expect(result).toEqual(PASSED);
  });

  it('publishes versions one after the other; who is inside keeps hers (R21)', async () => {
    const result = await play(
      [
        SIGN_UP,
        { publish: 'later/two-hours.yaml' },
        { publish: 'later/other.yaml' },
        { track: { customer: 'bob', event: 'Signed Up' } },
        { after: 'PT1H', expect: { sent: [{ customer: 'ada' }] } },
        { after: 'PT1H', expect: { sent: [{ customer: 'bob' }] } },
      ],
      {
        files: {
          'later/two-hours.yaml': welcomeWith('PT1H', 'PT2H'),
          'later/other.yaml': 'kind: profile\nid: profile\ntraits: {}\n',
        },
      },
    );
    expect(result).toEqual(PASSED);
  });

  it('lets a provider refuse, then be well again, and tell what became of a message', async () => {
    const result = await play([
      { provider: { channel: 'hook', reply: { status: 503, retryAfter: 7 } } },
      SIGN_UP,
      { after: 'PT1H', expect: { attempts: [{ status: 503 }], sent: [], at: { ada: { welcome: 'greet' } } } },
      { provider: { channel: 'hook', reply: 'ok' } },
      {
        after: 'PT10S',
        expect: { attempts: [{ status: 200, at: '2026-05-04T09:00:07Z' }], sent: [{ customer: 'ada' }] },
      },
      { respond: { customer: 'ada', step: 'greet', outcome: 'clicked' } },
    ]);
    expect(result).toEqual(PASSED);
  });

  it('says what of a batch was rejected', async () => {
    const batch = [
      { type: 'track', userId: 'ada', event: 'Signed Up' },
      { type: 'track', userId: 'ada' },
    ];
    expect(
      await play([
        { batch: { batch }, expect: { rejected: [{ index: 1, status: 400 }], at: { ada: { welcome: 'rest' } } } },
      ]),
    ).toEqual(PASSED);
  });
});

describe('a scenario that does not come true', () => {
  it('says which entry, what was expected, what came, and why', async () => {
    const { passed, message } = await play([
      SIGN_UP,
      { after: 'PT1H', expect: { sent: [{ customer: 'ada', channel: 'email' }] } },
    ]);
    expect(passed).toBe(false);
    expect(message.split('\n').slice(0, 3)).toEqual([
      'entry 2, at 2026-05-04T09:00:00.000Z:',
      'sent: expected 1, came 1, not these or not in this order',
      '  expected {"customer":"ada","channel":"email"}   <- did not come',
    ]);
    expect(message).toContain('why ada:');
    expect(message).toContain('hook message handed over');
  });

  it('fails for sends it never named, unless it says otherwise', async () => {
    const { passed, message } = await play([SIGN_UP, { after: 'PT1H' }]);
    expect(passed).toBe(false);
    expect(message).toMatch(/^sent, and never named by the scenario: expected 0, came 1/);
    expect(await play([SIGN_UP, { after: 'PT1H' }], { scenario: { allowUnexpected: true } })).toEqual(PASSED);
    expect(await play([SIGN_UP, { after: 'PT1H', expect: { count: { sent: 1 } } }])).toEqual(PASSED);
  });

  it.each([
    [{ at: { ada: { welcome: 'greet' } } }, 'ada in welcome: expected "greet", came "rest"'],
    [{ traits: { ada: { firstName: 'Eve' } } }, 'ada\'s trait firstName: expected "Eve", came "Ada"'],
    [{ agency: { ada: { care: 'automate' } } }, 'ada\'s agency for care: expected "automate", came "curate"'],
    [{ segments: { ada: ['vip'] } }, 'ada\'s segments: expected ["vip"], came []'],
    [{ variants: { ada: { welcome: { rest: 'b' } } } }, 'ada\'s variant at welcome/rest: expected "b", came "none"'],
    [{ decision: { customer: 'ada', slot: 'hero', winner: 'a' } }, 'decision for ada: there was none'],
    [{ count: { finished: 2 } }, 'finished: expected 2 of them, came 0'],
    [{ violations: 1 }, 'violations: expected 1, came 0'],
  ])('compares states: %j', async (expected, line) => {
    const { message } = await play([{ ...SIGN_UP, expect: expected }]);
    expect(message.split('\n')[1]).toBe(line);
  });

  it('says when an input is refused, and when time goes back', async () => {
    expect((await play([{ respond: { customer: 'ada', step: 'greet', outcome: 'opened' } }])).message).toContain(
      'its input was refused: no message was handed over to ada at step greet',
    );
    expect((await play([{ at: '2026-05-04T07:00:00Z' }])).message).toContain('is before the entry above it');
  });

  it('cannot be run over a workspace with mistakes', async () => {
    await expect(play([], { files: { 'bad.yaml': 'kind: journey\nid: bad\n' } })).rejects.toThrow(
      'bad.yaml:1 "entry" is missing',
    );
  });
});
