import { describe, expect, it } from '@jest/globals';
import { HEADERS, type DeliverAction, type Interaction } from '@waymark/contracts';
import { PersonalizationWorld } from '../testing/personalization-world.js';
import { aCancel, aChannel, aDecide, anAct, anOffer, aTemplate, START } from '../testing/samples.js';

const PARTITION = 0;

/** Folds interactions, each with the context that it came with. */
async function fold(...interactions: [Interaction, string | undefined][]) {
  const world = new PersonalizationWorld();
  await world.apply(aChannel(), aTemplate(), anOffer());
  const { topology } = world.personalization;
  const definitions = await topology.compile(await world.store.activeResources(PARTITION));
  const records = interactions.map(([record, traceparent], offset) => ({ record, offset, traceparent }));
  const batch = { partition: PARTITION, records, now: world.clock.now() };
  const { outputs } = topology.fold(batch, await topology.load(batch, definitions), definitions);
  return outputs.map(({ value, headers }) => {
    const { type, receivedAt } = JSON.parse(value) as DeliverAction;
    return [type, headers?.[HEADERS.traceparent], receivedAt];
  });
}

describe('what can be seen of a batch from outside', () => {
  it('is what each interaction has caused in its own trace', async () => {
    const told = await fold([anAct(), 'a'], [aDecide(), 'b'], [aCancel('act1'), undefined], [anAct(), undefined]);
    expect(told.map(([type, context]) => [type, context])).toEqual([
      ['deliver', 'a'],
      ['report', 'b'],
      ['deliver', 'b'],
      ['cancel', undefined],
      ['deliver', undefined],
    ]);
  });

  it('is when the event came in that has asked for a message', async () => {
    const told = await fold([anAct({ receivedAt: START }), undefined], [anAct(), undefined]);
    expect(told.map(([, , receivedAt]) => receivedAt)).toEqual([START, undefined]);
  });
});
