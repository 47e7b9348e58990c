import { describe, expect, it } from '@jest/globals';
import { interactionSchema, type JsonObject } from '@waymark/contracts';
import { aJourney, Play } from '../testing/play.js';

const end = (reason: string): object => ({ kind: 'exit', reason });
const ENDS = { made: end('made'), held: end('held'), broken: end('broken'), nothing: end('nothing') };
const DECIDE = { kind: 'decide', slot: 'home', offers: { categories: ['savings'] }, next: 'made' };
const WIRED = { suppressed: 'held', failed: 'broken', none: 'nothing' };
const deciding = (step: object = WIRED): Play =>
  new Play(aJourney({ steps: { offer: { ...DECIDE, ...step }, ...ENDS } }));

function decided(play: Play, properties: JsonObject): Play {
  const { actionId } = play.instance.pending!;
  return play.event('Decision Made', properties, { cause: { actionId, decisionId: 'd1' as never } });
}

const WON = { result: 'won', offerId: 'plus', strategy: 'curate', slot: 'home', ranked: ['plus'] };

describe('decide', () => {
  it('asks for the next best action', () => {
    const play = deciding({ top: 3, explore: 0.1 });
    const [interaction] = play.interactions;
    expect(interactionSchema.parse(interaction)).toEqual(interaction);
    expect(interaction).toMatchObject({
      type: 'decide',
      slot: 'home',
      offers: { categories: ['savings'] },
      top: 3,
      explore: 0.1,
      class: 'marketing',
    });
    expect(play.instance.pending).toMatchObject({ actionId: interaction!.actionId });
    expect(deciding({}).interactions[0]).toMatchObject({ top: 1, explore: 0 });
  });

  it('stays when an offer won, remembers it, and leaves when its message is handed over', () => {
    const play = decided(deciding(), WON);
    expect(play.instance).toMatchObject({
      status: 'active',
      pending: { visit: 1 },
      steps: { offer: { offer: 'plus', strategy: 'curate', decision: 'd1' } },
    });
    expect(play.outcome('sent').instance).toMatchObject({
      reason: 'made',
      steps: { offer: { offer: 'plus', outcome: 'sent' } },
    });
  });

  it.each([
    ['as wired', WIRED, 'nothing'],
    ['by next where it is not', {}, 'made'],
  ])('leaves at once when no offer beat doing nothing: %s', (_, step, reason) => {
    const { instance } = decided(deciding(step), { result: 'none', slot: 'home', ranked: [] });
    expect(instance).toMatchObject({ status: 'ended', reason });
    expect(instance.pending).toBeUndefined();
  });

  it.each([
    ['suppressed', 'held'],
    ['failed', 'broken'],
  ] as const)("R31: the winner's message was %s", (outcome, reason) => {
    expect(decided(deciding(), WON).outcome(outcome).instance.reason).toBe(reason);
  });

  it('another decision is not hers', () => {
    const play = deciding().event('Decision Made', { result: 'none' }, { cause: { actionId: 'other' as never } });
    expect(play.last.changed).toBe(false);
  });

  it.each([
    ['Offer Accepted', 'accepted'],
    ['Offer Declined', 'declined'],
    ['Offer Dismissed', 'dismissed'],
    ['Offer Undone', 'undone'],
  ])('%s is remembered at the step, also after the end', (name, response) => {
    const play = decided(deciding(), WON).outcome('sent');
    play.event(name, {}, { cause: { instanceId: play.instance.id, stepId: 'offer' } });
    expect(play.instance.steps['offer']).toMatchObject({ offer: 'plus', response });
    expect(play.traces('responded')).toEqual([expect.objectContaining({ stepId: 'offer', response })]);
  });
});
