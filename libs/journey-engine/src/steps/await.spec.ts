import { describe, expect, it } from '@jest/globals';
import type { JsonObject, SeenEvent } from '@waymark/contracts';
import { aCustomer, aJourney, anEvent, Play, START } from '../testing/play.js';
import { words } from '../words.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const ENDS = { bought: end('bought'), vip: end('vip'), late: end('late'), other: end('other') };
const awaiting = (step: object): ReturnType<typeof aJourney> =>
  aJourney({ steps: { listen: { kind: 'await', ...step }, ...ENDS } });

const ORDER = { id: 'order', event: 'Order Completed', next: 'bought' };
const VIP = { id: 'vip', if: 'customer.traits.level == "vip"', next: 'vip' };
const SAME_CART = { ...ORDER, where: 'event.properties.cart == entry.properties.cart' };
const TIMEOUT = { after: 'PT1H', next: 'late' };

describe('R7: await', () => {
  it('leaves by the event that comes, which is then the event that moved her', () => {
    const play = new Play(awaiting({ any: [ORDER], timeout: TIMEOUT })).event('Order Completed', { total: 5 });
    expect(play.instance).toMatchObject({
      reason: 'bought',
      event: { name: 'Order Completed', properties: { total: 5 } },
      entry: { name: 'Signed Up' },
      steps: { listen: { matched: 'order', event: { name: 'Order Completed' } } },
      timers: {},
    });
  });

  it('leaves by timeout when nothing comes; the loser of the race is a no-op', () => {
    const play = new Play(awaiting({ any: [ORDER], timeout: TIMEOUT }));
    expect(play.due).toBe('2026-05-06T11:00:00.000Z');
    play.at('2026-05-06T11:00:00Z').fire();
    expect(play.instance).toMatchObject({ reason: 'late', steps: { listen: { matched: 'timeout' } } });
    const { instance } = play;
    expect(play.event('Order Completed').last).toMatchObject({ changed: false, trace: [], effects: [], instance });
  });

  it('an event wins against a timer that is due and has not fired', () => {
    const play = new Play(awaiting({ any: [ORDER], timeout: TIMEOUT })).at('2026-05-06T11:00:01Z');
    expect(play.event('Order Completed').instance.reason).toBe('bought');
  });

  it('what does not match leaves the timer alone and is not told', () => {
    const play = new Play(awaiting({ any: [SAME_CART], timeout: TIMEOUT }), { entry: { cart: 7 } });
    const { due } = play;
    play.at('2026-05-06T10:30:00Z').event('Page Viewed').event('Order Completed', { cart: 8 });
    expect(play.last).toMatchObject({ changed: false, trace: [] });
    expect(play.due).toBe(due);
  });

  it('correlates with the entry', () => {
    const play = new Play(awaiting({ any: [SAME_CART], timeout: TIMEOUT }), { entry: { cart: 7 } });
    play.event('Order Completed', { cart: 7 });
    expect(play.instance.reason).toBe('bought');
    expect(play.traces('matched')).toEqual([
      expect.objectContaining({
        option: 'order',
        event: 'Order Completed',
        tested: expect.objectContaining({
          operands: [
            { path: 'event.properties.cart', value: 7 },
            { path: 'entry.properties.cart', value: 7 },
          ],
        }),
      }),
    ]);
  });

  it.each([
    ['a duration', { after: 'PT1H' }, '2026-05-06T11:00:00.000Z'],
    ['a time of day', { at: '18:00' }, '2026-05-06T16:00:00.000Z'],
    ['a time of day after a duration', { after: 'P1D', at: '09:00' }, '2026-05-08T07:00:00.000Z'],
    ['a weekday in a zone', { weekdays: ['fri'], at: '09:00', zone: 'UTC' }, '2026-05-08T09:00:00.000Z'],
  ])('the timeout is %s', (_, timeout, due) => {
    const context = aCustomer({ traits: { timezone: 'Europe/Paris' } });
    const play = new Play(awaiting({ any: [ORDER], timeout: { ...timeout, next: 'late' } }), { context });
    expect(play.instance.timers.step).toBe(Date.parse(due));
  });

  it('without a timeout only the lifetime ends it', () => {
    const play = new Play(awaiting({ any: [ORDER] }));
    expect(play.instance.timers).toEqual({ lifetime: Date.parse('2027-05-06T10:00:00Z') });
  });
});

describe('R8: await', () => {
  it('tests conditions on arrival: already true goes on at once', () => {
    const context = aCustomer({ traits: { level: 'vip' } });
    const play = new Play(awaiting({ any: [ORDER, VIP], timeout: TIMEOUT }), { context });
    expect(play.instance).toMatchObject({ reason: 'vip', steps: { listen: { matched: 'vip' } } });
  });

  it('tests conditions again on every event of hers', () => {
    const play = new Play(awaiting({ any: [ORDER, VIP], timeout: TIMEOUT }));
    expect(play.event('Identify').instance.status).toBe('active');
    play.context = aCustomer({ traits: { level: 'vip' } });
    expect(play.event('Identify').instance).toMatchObject({ reason: 'vip', event: { name: 'Identify' } });
  });

  it('the entering event is no answer', () => {
    const play = new Play(awaiting({ any: [{ ...ORDER, event: 'Signed Up' }], timeout: TIMEOUT }));
    expect(play.instance.status).toBe('active');
  });

  it.each([
    [[VIP, ORDER], 'vip'],
    [[ORDER, VIP], 'bought'],
    [[{ ...ORDER, where: 'event.properties.total > 9', next: 'other' }, ORDER], 'bought'],
  ])('of several that match, the first listed wins', (any, reason) => {
    const play = new Play(awaiting({ any, timeout: TIMEOUT }));
    play.context = aCustomer({ traits: { level: 'vip' } });
    expect(play.event('Order Completed', { total: 5 }).instance.reason).toBe(reason);
  });

  it('a late event counts when it arrives', () => {
    const play = new Play(awaiting({ any: [ORDER], timeout: TIMEOUT }));
    play.event('Order Completed', {}, { timestamp: '2026-05-01T00:00:00.000Z' });
    expect(play.instance.reason).toBe('bought');
  });
});

describe('R8: what came before the await', () => {
  const seen = (name: string, timestamp: string, properties: JsonObject = {}): SeenEvent => ({
    name,
    properties,
    messageId: `${name} ${timestamp}`,
    timestamp,
  });
  const TELL = { kind: 'act', channel: 'mail', template: 'hello', next: 'listen' };
  const telling = (step: object = {}): ReturnType<typeof aJourney> =>
    aJourney({ steps: { tell: TELL, listen: { kind: 'await', any: [ORDER], timeout: TIMEOUT, ...step }, ...ENDS } });
  /** The message was handed over at 12:00, and the journey hears of it a minute later. */
  const sent = (play: Play): Play => {
    const { pending, id, step } = play.instance;
    play.at('2026-05-06T12:01:00Z');
    return play.event(
      'Email Sent',
      {},
      {
        timestamp: '2026-05-06T12:00:00Z',
        cause: { actionId: pending!.actionId, instanceId: id, stepId: step },
      },
    );
  };

  it.each([
    ['after the step before was completed: nothing falls between two steps', '2026-05-06T12:00:30Z', 'bought'],
    ['while the step before was still at work: it is not of this step', '2026-05-06T11:59:00Z', undefined],
  ])('%s', (_, at, reason) => {
    const play = new Play(telling());
    play.recent = [seen('Order Completed', at)];
    expect(sent(play).instance.reason).toBe(reason);
  });

  it('says that the event had come before, and remembers it as the one that moved her', () => {
    const play = new Play(telling());
    play.recent = [seen('Order Completed', '2026-05-06T12:00:30Z', { total: 5 })];
    sent(play);
    expect(play.traces('matched')).toMatchObject([{ option: 'order', event: 'Order Completed', earlier: true }]);
    expect(words(play.traces('matched')[0]!)).toBe(
      'goes on by "order" because of Order Completed, which had come before',
    );
    expect(play.instance.event).toMatchObject({ properties: { total: 5 } });
  });

  it.each([
    ['PT1H', '2026-05-06T11:01:00Z', 'bought'],
    ['PT1H', '2026-05-06T11:00:59Z', undefined],
    ['P1D', '2026-05-05T12:01:00Z', 'bought'],
  ])('lookBack %s reaches %s: %s', (lookBack, at, reason) => {
    const play = new Play(telling({ lookBack }));
    play.recent = [seen('Order Completed', at)];
    expect(sent(play).instance.reason).toBe(reason);
  });

  it('the earliest that matches wins, and of its options the first listed', () => {
    const any = [{ id: 'page', event: 'Page Viewed', next: 'other' }, ORDER];
    const play = new Play(telling({ any, lookBack: 'PT4H' }));
    play.recent = [seen('Order Completed', '2026-05-06T11:00:00Z'), seen('Page Viewed', '2026-05-06T11:30:00Z')];
    expect(sent(play).instance.reason).toBe('bought');
  });

  it('a condition that holds already goes before them', () => {
    const play = new Play(telling({ any: [ORDER, VIP], lookBack: 'PT4H' }));
    play.context = aCustomer({ traits: { level: 'vip' } });
    play.recent = [seen('Order Completed', '2026-05-06T11:30:00Z')];
    expect(sent(play).instance.reason).toBe('vip');
  });

  it('one event moves an instance once, however often it looks back', () => {
    const again = { kind: 'await', any: [{ ...ORDER, next: 'again' }], timeout: TIMEOUT, lookBack: 'P1D' };
    const journey = aJourney({ steps: { again, late: end('late') } });
    const recent = ['07', '08', '09'].map((hour) => seen('Order Completed', `2026-05-06T${hour}:00:00Z`));
    const play = new Play(journey, { recent });
    expect(play.instance).toMatchObject({ status: 'active', step: 'again', visits: { again: 4 } });
    expect(play.traces('matched')).toHaveLength(3);
  });

  it('the event that began the instance is none of them', () => {
    const recent = [{ ...seen('Signed Up', START), messageId: anEvent('Signed Up').messageId }];
    const any = [{ ...ORDER, event: 'Signed Up' }];
    expect(new Play(awaiting({ any, timeout: TIMEOUT, lookBack: 'P1D' }), { recent }).instance.status).toBe('active');
  });

  it('out of order: what occurred after the entering event and came before it is news', () => {
    const recent = [seen('Order Completed', '2026-05-06T10:00:01Z')];
    expect(new Play(awaiting({ any: [ORDER], timeout: TIMEOUT }), { recent }).instance.reason).toBe('bought');
  });

  it('after a wait, what came during the wait is not news, unless lookBack reaches it', () => {
    const steps = { rest: { kind: 'wait', for: 'PT2H', next: 'listen' } };
    const after = (step: object): Play => {
      const listen = { kind: 'await', any: [ORDER], timeout: TIMEOUT, ...step };
      const play = new Play(aJourney({ steps: { ...steps, listen, ...ENDS } }));
      play.recent = [seen('Order Completed', '2026-05-06T11:00:00Z')];
      return play.at('2026-05-06T12:00:00Z').fire();
    };
    expect(after({}).instance.step).toBe('listen');
    expect(after({ lookBack: 'PT1H' }).instance.reason).toBe('bought');
  });
});
