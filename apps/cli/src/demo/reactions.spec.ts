import { describe, expect, it } from '@jest/globals';
import { OutsideWorld } from './outside-world.js';
import { Reactions, type Reaction } from './reactions.js';

const IDS = Array.from({ length: 300 }, (_, i) => `action-${i}`);
const LAST_TICK = 250;

/** An outside that these messages have reached. */
function outsideWith({
  mails = [],
  calls = [],
}: {
  mails?: readonly string[];
  calls?: readonly string[];
}): OutsideWorld {
  const outside = new OutsideWorld();
  for (const actionId of mails) outside.mails.set(actionId, { actionId, to: 'ada@example.com', text: '' });
  for (const actionId of calls)
    outside.calls.set(actionId, {
      actionId,
      path: '/partner',
      body: { customer: 'ada', reference: `move-${actionId}` },
    });
  return outside;
}

function allOf(reactions: Reactions): { tick: number; reaction: Reaction }[] {
  return Array.from({ length: LAST_TICK }, (_, tick) =>
    reactions.due(tick).map((reaction) => ({ tick, reaction })),
  ).flat();
}

function observed(outside: OutsideWorld, seed = 1): Reactions {
  const reactions = new Reactions(seed, outside);
  reactions.observe(10);
  return reactions;
}

describe('Reactions', () => {
  it('are the same for the same seed, in whatever order messages arrive', () => {
    const forwards = allOf(observed(outsideWith({ mails: IDS })));
    const backwards = allOf(observed(outsideWith({ mails: [...IDS].reverse() })));
    expect(backwards).toEqual(forwards);
    expect(allOf(observed(outsideWith({ mails: IDS }), 2))).not.toEqual(forwards);
  });

  it('come once for each message, however often it is looked at', () => {
    const once = allOf(observed(outsideWith({ mails: IDS, calls: IDS.map((id) => `call-${id}`) })));
    const reactions = observed(outsideWith({ mails: IDS, calls: IDS.map((id) => `call-${id}`) }));
    reactions.observe(11);
    reactions.observe(10);
    expect(allOf(reactions)).toEqual(once);
    expect(allOf(reactions)).toEqual([]);
  });

  it('to mails come after them, and nobody clicks who has not opened', () => {
    const all = allOf(observed(outsideWith({ mails: IDS })));
    const opened = new Map<string, number>();
    for (const { tick, reaction } of all) {
      expect(reaction.type).toBe('outcome');
      if (reaction.type !== 'outcome') continue;
      expect(tick).toBeGreaterThan(10);
      if (reaction.outcome === 'opened') opened.set(reaction.actionId, tick);
      else expect(opened.get(reaction.actionId)).toBeLessThan(tick);
    }
    expect(opened.size).toBeGreaterThan(IDS.length / 4);
    expect(opened.size).toBeLessThan(IDS.length / 1.5);
  });

  it('of the carrier confirm a transfer under a message id that names it', () => {
    const all = allOf(observed(outsideWith({ calls: IDS })));
    expect(all.length).toBeGreaterThan(IDS.length / 2);
    for (const { reaction } of all) {
      const call = (reaction as { call: Record<string, unknown> }).call;
      const id = String(call['messageId']).replace('-confirmed', '');
      expect(call).toMatchObject({ type: 'track', userId: 'ada', event: 'Transfer Confirmed' });
      expect(call['properties']).toMatchObject({ move_id: `move-${id}` });
    }
  });

  it('to calls of the shop there are none', () => {
    const outside = new OutsideWorld();
    for (const actionId of IDS) outside.calls.set(actionId, { actionId, path: '/orders', body: {} });
    expect(allOf(observed(outside))).toEqual([]);
  });

  it('to beans running low are an answer, and for some an undo after it', () => {
    const reactions = new Reactions(1, new OutsideWorld());
    const customers = IDS.map((_, i) => `c${i}`);
    for (const customer of customers) reactions.beansRunLow(5, customer);
    const all = allOf(reactions);
    const answered = new Map(
      all.flatMap(({ tick, reaction }) => (reaction.type === 'respond' ? [[reaction.customer, tick] as const] : [])),
    );
    expect([...answered.keys()].sort()).toEqual([...customers].sort());
    const undone = all.flatMap(({ tick, reaction }) => (reaction.type === 'undo' ? [{ tick, ...reaction }] : []));
    expect(undone.length).toBeGreaterThan(0);
    for (const { customer, tick } of undone) expect(tick).toBe(answered.get(customer)! + 3);
  });
});
