import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Candidate, CustomerId, Decision, DecisionId } from '@waymark/contracts';
import { batchStoreSuite, type BatchProbe } from '../batch-store.suite.js';
import { saveNext } from '../testing/commit.js';
import type { OfferMade, PersonalizationChanges, PersonalizationStore } from './personalization-store.js';

const ADA = 'ada' as CustomerId;
const BOB = 'bob' as CustomerId;

function candidate(offerId: string, reason: Candidate['reason'], over: Partial<Candidate> = {}): Candidate {
  return { offerId, version: `${offerId}-1`, reason, because: 'customer.traits.name == "Zoë\u0000"', ...over };
}

function decision(id: string, over: Partial<Decision> = {}): Decision {
  return {
    decisionId: id as DecisionId,
    customerId: ADA,
    at: '2026-05-04T08:00:00.000Z',
    slot: 'home',
    cause: { journeyId: 'cart', stepId: 'choose' },
    revision: 3,
    contextVersion: 7,
    candidates: [candidate('latte', 'WON', { score: 0.125, strategy: 'curate' }), candidate('tea', 'OUTRANKED')],
    ranked: ['latte', 'tea'],
    winner: 'latte',
    explored: false,
    seed: id,
    ...over,
  };
}

function offer(decisionId: string, offerId: string, over: Partial<OfferMade> = {}): OfferMade {
  return { decisionId: decisionId as DecisionId, offerId, customerId: ADA, strategy: 'curate', at: 100, ...over };
}

function undo(decisionId: string, offerId: string, at: number): PersonalizationChanges['undone'][number] {
  return { decisionId: decisionId as DecisionId, offerId, at };
}

function changes(over: Partial<PersonalizationChanges>): PersonalizationChanges {
  return { decisions: [], made: [], undone: [], ...over };
}

export const PERSONALIZATION_PROBE: BatchProbe<PersonalizationChanges, PersonalizationStore> = {
  changes: changes({ decisions: [decision('probe')], made: [offer('probe', 'latte')] }),
  isSaved: async (store) =>
    (await store.decision('probe' as DecisionId)) !== undefined || (await store.offersMade([ADA], 0)).length > 0,
};

/** What every adapter of {@link PersonalizationStore} must do. `create` gives an empty store each time. */
export function personalizationStoreSuite(name: string, create: () => Promise<PersonalizationStore>): void {
  batchStoreSuite(`personalization, ${name}`, create, PERSONALIZATION_PROBE);

  describe(`PersonalizationStore: ${name}`, () => {
    let store: PersonalizationStore;
    const save = (over: Partial<PersonalizationChanges>, partition = 0): Promise<unknown> =>
      saveNext(store, { partition, changes: changes(over) });
    const made = async (of: CustomerId[] = [ADA, BOB], since = 0): Promise<OfferMade[]> =>
      (await store.offersMade(of, since)).sort((a, b) =>
        a.decisionId + a.offerId < b.decisionId + b.offerId ? -1 : 1,
      );

    beforeEach(async () => {
      store = await create();
    });

    it('gives back decisions with all their candidates, of batches and of those who asked (R55)', async () => {
      await save({ decisions: [decision('d1', { explored: true })] });
      await store.saveDecision(decision('d2', { ranked: [], winner: undefined, strategy: undefined }));
      expect(await store.decision('d1' as DecisionId)).toEqual(decision('d1', { explored: true }));
      expect(await store.decision('d2' as DecisionId)).toEqual(decision('d2', { ranked: [], winner: undefined }));
      expect(await store.decision('none' as DecisionId)).toBeUndefined();
    });

    it('never changes a decision: a second one of the same id is not kept', async () => {
      await save({ decisions: [decision('d1')] });
      await store.saveDecision(decision('d2'));
      await store.saveDecision(decision('d1', { slot: 'other' }));
      await store.saveDecision(decision('d2', { slot: 'other' }));
      await save({ decisions: [decision('d1', { slot: 'other' }), decision('d3')] });
      expect((await store.decisions(ADA, 10)).map(({ decisionId, slot }) => [decisionId, slot]).sort()).toEqual([
        ['d1', 'home'],
        ['d2', 'home'],
        ['d3', 'home'],
      ]);
    });

    it("lists a customer's newest decisions, newest first, however they came", async () => {
      const on = (day: number): Partial<Decision> => ({ at: `2026-05-0${day}T08:00:00.000Z` });
      await save({ decisions: [decision('third', on(3)), decision('first', on(1))] });
      await store.saveDecision(decision('fourth', on(4)));
      await save({ decisions: [decision('second', on(2)), decision('his', { customerId: BOB, ...on(5) })] });
      const listed = async (limit: number): Promise<string[]> =>
        (await store.decisions(ADA, limit)).map((each) => each.decisionId);
      expect(await listed(10)).toEqual(['fourth', 'third', 'second', 'first']);
      expect(await listed(2)).toEqual(['fourth', 'third']);
      expect(await listed(0)).toEqual([]);
    });

    it('gives back the offers made to customers since a moment', async () => {
      await save({
        made: [
          offer('d1', 'latte', { at: 99 }),
          offer('d2', 'latte', { at: 100, strategy: 'automate', undoUntil: 9_000_000_000_000 }),
          offer('d2', 'tea', { at: 101 }),
          offer('d3', 'tea', { customerId: BOB }),
        ],
      });
      expect(await made([ADA], 100)).toEqual([
        offer('d2', 'latte', { strategy: 'automate', undoUntil: 9_000_000_000_000 }),
        offer('d2', 'tea', { at: 101 }),
      ]);
      expect(await made([ADA, BOB], 0)).toHaveLength(4);
      expect(await made([BOB], 101)).toEqual([]);
      expect(await made([])).toEqual([]);
    });

    it('undoes an offer once: the first moment stays', async () => {
      await save({ made: [offer('d1', 'latte', { undoUntil: 500 }), offer('d1', 'tea'), offer('d2', 'latte')] });
      await save({ undone: [undo('d1', 'latte', 200), undo('d9', 'latte', 200)] });
      await save({ undone: [undo('d1', 'latte', 300)] });
      expect(await made()).toEqual([
        offer('d1', 'latte', { undoUntil: 500, undoneAt: 200 }),
        offer('d1', 'tea'),
        offer('d2', 'latte'),
      ]);
    });

    it('undoes an offer that the same batch made', async () => {
      await save({ made: [offer('d1', 'latte')], undone: [undo('d1', 'latte', 200)] });
      expect(await made()).toEqual([offer('d1', 'latte', { undoneAt: 200 })]);
    });

    it('does not make an offer again, nor forget that it was undone', async () => {
      await save({ made: [offer('d1', 'latte')] });
      await save({ undone: [undo('d1', 'latte', 200)] });
      await save({ made: [offer('d1', 'latte', { at: 900 })] });
      expect(await made()).toEqual([offer('d1', 'latte', { undoneAt: 200 })]);
    });

    it('counts the candidates of all decisions by offer and reason', async () => {
      expect(await store.candidateCounts()).toEqual([]);
      await save({ decisions: [decision('d1'), decision('d2', { customerId: BOB })] });
      await store.saveDecision(decision('d3', { candidates: [candidate('latte', 'LIMIT'), candidate('tea', 'WON')] }));
      await store.saveDecision(decision('d4', { candidates: [] }));
      const counts = await store.candidateCounts();
      expect(counts).toHaveLength(4);
      expect(counts).toEqual(
        expect.arrayContaining([
          { offerId: 'latte', reason: 'LIMIT', count: 1 },
          { offerId: 'latte', reason: 'WON', count: 2 },
          { offerId: 'tea', reason: 'OUTRANKED', count: 2 },
          { offerId: 'tea', reason: 'WON', count: 1 },
        ]),
      );
    });
  });
}
