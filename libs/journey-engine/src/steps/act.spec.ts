import { describe, expect, it } from '@jest/globals';
import { interactionSchema, type Outcome } from '@waymark/contracts';
import { aCustomer, aJourney, Play } from '../testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const ENDS = { sent: end('sent'), held: end('held'), broken: end('broken') };
const ACT = { kind: 'act', channel: 'mail', template: 'hello', next: 'sent' };
const acting = (act: object = {}, of: object = {}): ReturnType<typeof aJourney> =>
  aJourney({ steps: { tell: { ...ACT, ...act }, ...ENDS }, ...of });
const WIRED = { suppressed: 'held', failed: 'broken' };

describe('act', () => {
  it('asks for one message, with who, why, how it is to be treated, and the frozen data (R60)', () => {
    const play = new Play(
      acting({ data: { name: 'customer.traits.name', none: 'customer.traits.none' }, ttl: 'P1D' }),
      {
        context: aCustomer({ traits: { name: 'Ada' } }),
        entry: { plan: 'gold' },
      },
    );
    const [interaction] = play.interactions;
    expect(play.interactions).toHaveLength(1);
    expect(interactionSchema.parse(interaction)).toEqual(interaction);
    expect(interaction).toMatchObject({
      type: 'act',
      customerId: 'ada',
      channel: 'mail',
      template: 'hello',
      data: { name: 'Ada', none: null },
      class: 'marketing',
      ttl: 'P1D',
      contextVersion: 3,
      entry: { name: 'Signed Up', properties: { plan: 'gold' } },
      actionId: 'action/instance/welcome/ada//1/tell/1',
      cause: { instanceId: 'instance/welcome/ada//1', journeyId: 'welcome', stepId: 'tell', visit: 1 },
    });
    expect(play.instance).toMatchObject({ status: 'active', step: 'tell', pending: { visit: 1 } });
  });

  it.each([
    ["the journey's policy", {}, { class: 'service', categories: ['news'], priority: 2 }],
    [
      "the step's own word before it",
      { class: 'legal', categories: [], priority: 9 },
      { class: 'legal', categories: [], priority: 9 },
    ],
  ])('R33: is treated by %s', (_, act, expected) => {
    const policy = { class: 'service', categories: ['news'], priority: 2 };
    expect(new Play(acting(act, { policy })).interactions[0]).toMatchObject(expected);
  });

  it.each<[Outcome, string]>([
    ['sent', 'sent'],
    ['delivered', 'sent'],
    ['unknown', 'sent'],
    ['suppressed', 'held'],
    ['failed', 'broken'],
    ['bounced', 'broken'],
  ])('leaves when it is %s, as wired', (outcome, reason) => {
    const { instance } = new Play(acting(WIRED)).outcome(outcome);
    expect(instance).toMatchObject({ reason, steps: { tell: { outcome } } });
    expect(instance.pending).toBeUndefined();
  });

  it.each<Outcome>(['suppressed', 'failed', 'bounced'])(
    'R31: never ejects her: %s leaves by next where not wired',
    (of) => {
      expect(new Play(acting()).outcome(of).instance.reason).toBe('sent');
    },
  );

  it.each<Outcome>(['opened', 'clicked', 'complained', 'unsubscribed'])('stays at %s, which settles nothing', (of) => {
    expect(new Play(acting()).outcome(of).instance).toMatchObject({ status: 'active', pending: { visit: 1 } });
  });

  it('the trace says why it was suppressed and by which rule', () => {
    const play = new Play(acting(WIRED)).outcome('suppressed', { reason: 'CAP', rule: 'weekly' });
    expect(play.traces('outcome')).toEqual([
      expect.objectContaining({ stepId: 'tell', outcome: 'suppressed', reason: 'CAP', rule: 'weekly' }),
    ]);
  });

  it("ignores the outcome of another message, another customer's word, and one without a cause", () => {
    const play = new Play(acting());
    play.event('Email Sent', {}, { cause: { actionId: 'other' as never } });
    expect(play.last.changed).toBe(false);
    play.event('Email Sent');
    expect(play.last.changed).toBe(false);
    expect(play.instance.pending).toBeDefined();
  });

  it('R42: every visit is another action, and an outcome of an earlier one moves nothing', () => {
    const play = new Play(
      aJourney({
        steps: {
          tell: { ...ACT, next: 'pause' },
          pause: { kind: 'wait', for: 'PT1H', next: 'tell' },
        },
      }),
    );
    const first = play.interactions[0]!;
    play.outcome('sent').at('2026-05-06T11:00:00Z').fire();
    const second = play.interactions[0]!;
    expect([first.actionId, second.actionId]).toEqual([
      'action/instance/welcome/ada//1/tell/1',
      'action/instance/welcome/ada//1/tell/2',
    ]);
    expect(second.cause.visit).toBe(2);
    play.event('Email Bounced', {}, { cause: { actionId: first.actionId } });
    expect(play.instance).toMatchObject({ step: 'tell', pending: { actionId: second.actionId } });
  });

  it('a later outcome is remembered at the step, wherever she is by now, and moves nothing', () => {
    const steps = { tell: { ...ACT, next: 'pause' }, pause: { kind: 'wait', for: 'PT1H', next: 'sent' }, ...ENDS };
    const play = new Play(aJourney({ steps })).outcome('sent');
    const { id, timers } = play.instance;
    play.event('Email Opened', {}, { cause: { instanceId: id, stepId: 'tell' } });
    expect(play.last).toMatchObject({ changed: true, trace: [], effects: [] });
    expect(play.instance).toMatchObject({ step: 'pause', timers, steps: { tell: { outcome: 'opened' } } });
    play.event('Email Opened', {}, { cause: { instanceId: id, stepId: 'never-visited' } });
    play.event('Email Opened', {}, { cause: { instanceId: 'other' as never, stepId: 'tell' } });
    expect(play.last.changed).toBe(false);
  });

  it('an outcome of an earlier visit is not taken for that of the latest', () => {
    const steps = { tell: { ...ACT, next: 'pause' }, pause: { kind: 'wait', for: 'PT1H', next: 'tell' }, ...ENDS };
    const play = new Play(aJourney({ steps, start: 'tell' })).outcome('sent');
    play.at(play.due!).fire().outcome('sent');
    const cause = { instanceId: play.instance.id, stepId: 'tell' };
    play.event('Email Bounced', {}, { cause: { ...cause, visit: 1 } });
    expect(play.instance.steps['tell']).toMatchObject({ outcome: 'sent' });
    play.event('Email Opened', {}, { cause: { ...cause, visit: 2 } });
    expect(play.instance.steps['tell']).toMatchObject({ outcome: 'opened' });
  });
});
