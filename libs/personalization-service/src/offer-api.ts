import {
  OWN_EVENTS,
  WaymarkError,
  ownRecord,
  type CustomerId,
  type Decision,
  type DecisionId,
  type JsonObject,
  type MessageId,
  type Offer,
} from '@waymark/contracts';
import { NEWEST, type Clock, type ContextReader, type EventLog, type PersonalizationStore } from '@waymark/ports';
import { hashId } from '@waymark/stream';
import type { PersonalizationDefinitions } from './fold/definitions.js';
import { makeDecision } from './fold/make-decision.js';
import { longestLimitMs } from './longest-limit.js';

const EVENT_OF = {
  accepted: OWN_EVENTS.offerAccepted,
  declined: OWN_EVENTS.offerDeclined,
  dismissed: OWN_EVENTS.offerDismissed,
};
export type Response = keyof typeof EVENT_OF;

export interface OfferApiOptions {
  store: PersonalizationStore;
  contexts: ContextReader;
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  newId: () => string;
  /** The customer of any id; rejects with NOT_FOUND. */
  resolve: (id: string) => Promise<CustomerId>;
  definitions: () => PersonalizationDefinitions | undefined;
}

/** Decisions and answers in the moment: for a page, an app, or an agent's screen. */
export class OfferApi {
  readonly #options: OfferApiOptions;

  constructor(options: OfferApiOptions) {
    this.#options = options;
  }

  /** The next best action for a slot, now. Records the decision, sends nothing. Rejects with NOT_FOUND, NOT_READY. */
  async decide(asked: { customer: string; slot: string; context: JsonObject }): Promise<Decision> {
    const { store, contexts, clock, resolve, newId } = this.#options;
    const definitions = this.#definitions();
    const customerId = await resolve(asked.customer);
    const slots = definitions.slots.filter(({ slot }) => slot === asked.slot);
    if (slots.length === 0) throw new WaymarkError('NOT_FOUND', `no journey has a slot "${asked.slot}"`);
    const now = clock.now();
    const [context, made] = await Promise.all([
      contexts.read([{ customerId, minVersion: NEWEST }]),
      store.offersMade([customerId], now - longestLimitMs(definitions)),
    ]);
    const offers = {
      ids: slots.flatMap((slot) => slot.offers.ids ?? []),
      categories: slots.flatMap((slot) => slot.offers.categories ?? []),
    };
    const event = { name: '', messageId: '', properties: asked.context, timestamp: new Date(now).toISOString() };
    const { decision } = makeDecision(
      {
        decisionId: hashId('asked', newId()) as DecisionId,
        slot: asked.slot,
        offers,
        class: slots[0]!.class,
        origin: 'asked',
        top: offers.ids.length + definitions.offers.size,
        explore: 0,
        cause: {},
        scope: { customer: context.get(customerId)!, event, entry: event, steps: {}, now },
        made,
      },
      definitions,
    );
    await store.saveDecision(decision);
    return decision;
  }

  /** What she answered to an offer. Rejects with NOT_FOUND when it was not made to her. */
  async respond(answer: { customer: string; offer: string; outcome: Response }): Promise<void> {
    const customerId = await this.#options.resolve(answer.customer);
    const decision = await this.#newest(customerId, answer.offer);
    await this.#emit(decision, {
      event: EVENT_OF[answer.outcome],
      offerId: answer.offer,
      id: hashId('response', decision.decisionId, answer.offer, answer.outcome),
    });
  }

  /** Takes an automatic act back, once, inside its window. Rejects with NOT_FOUND, UNDO_EXPIRED, UNDO_DONE. */
  async undo(asked: { customer: string; offer: string }): Promise<void> {
    const { store, clock, resolve } = this.#options;
    const customerId = await resolve(asked.customer);
    const made = (await store.offersMade([customerId], 0)).filter(
      ({ offerId, undoUntil }) => offerId === asked.offer && undoUntil !== undefined,
    );
    const newest = made.sort((a, b) => b.at - a.at)[0];
    if (!newest) throw new WaymarkError('NOT_FOUND', `nothing was done for her by the offer "${asked.offer}"`);
    if (newest.undoneAt !== undefined)
      throw new WaymarkError('UNDO_DONE', `it was undone on ${new Date(newest.undoneAt).toISOString()}`);
    if (clock.now() > newest.undoUntil!)
      throw new WaymarkError('UNDO_EXPIRED', `it could be undone until ${new Date(newest.undoUntil!).toISOString()}`);
    const decision = await store.decision(newest.decisionId);
    if (!decision) throw new WaymarkError('NOT_FOUND', 'its decision is not kept any more');
    await this.#emit(decision, {
      event: OWN_EVENTS.offerUndone,
      offerId: asked.offer,
      id: hashId('undo', decision.decisionId, asked.offer),
    });
  }

  /** Rejects with NOT_FOUND. */
  async decision(id: string): Promise<Decision> {
    const decision = await this.#options.store.decision(id as DecisionId);
    if (!decision) throw new WaymarkError('NOT_FOUND', `there is no decision ${id}`);
    return decision;
  }

  async decisions(customer: string, limit: number): Promise<Decision[]> {
    return this.#options.store.decisions(await this.#options.resolve(customer), limit);
  }

  offers(): Offer[] {
    return [...this.#definitions().offers.values()].map(({ offer }) => offer);
  }

  candidateCounts(): ReturnType<PersonalizationStore['candidateCounts']> {
    return this.#options.store.candidateCounts();
  }

  async #newest(customerId: CustomerId, offerId: string): Promise<Decision> {
    const decisions = await this.#options.store.decisions(customerId, 100);
    const decision = decisions.find(({ ranked }) => ranked.includes(offerId));
    if (!decision) throw new WaymarkError('NOT_FOUND', `the offer "${offerId}" was not made to her`);
    return decision;
  }

  async #emit(
    { customerId, cause, decisionId }: Decision,
    { event, offerId, id }: { event: string; offerId: string; id: string },
  ): Promise<void> {
    const { log, clock } = this.#options;
    const { actionId: _, ...of } = cause;
    const record = ownRecord({
      messageId: id as MessageId,
      customerId,
      event,
      properties: { offerId },
      at: new Date(clock.now()).toISOString(),
      cause: { ...of, decisionId, offerId },
    });
    await log.append([record]);
  }

  #definitions(): PersonalizationDefinitions {
    const definitions = this.#options.definitions();
    if (!definitions) throw new WaymarkError('NOT_READY', 'the workspace is not loaded yet');
    return definitions;
  }
}
