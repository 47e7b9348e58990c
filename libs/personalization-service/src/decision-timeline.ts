import type { Candidate, CustomerId, Decision, TimelineEntry } from '@waymark/contracts';
import type { PersonalizationStore, TimelineSource } from '@waymark/ports';

/** What was decided for a customer, with every candidate's reason. */
export class DecisionTimeline implements TimelineSource {
  readonly #store: Pick<PersonalizationStore, 'decisions'>;

  constructor(store: Pick<PersonalizationStore, 'decisions'>) {
    this.#store = store;
  }

  async timeline(
    customerId: CustomerId,
    { limit, journeyId }: { limit: number; journeyId?: string | undefined },
  ): Promise<TimelineEntry[]> {
    const decisions = await this.#store.decisions(customerId, limit);
    return decisions
      .filter(({ cause }) => journeyId === undefined || cause.journeyId === journeyId)
      .map(entry)
      .reverse();
  }
}

function entry(decision: Decision): TimelineEntry {
  const { winner, strategy, slot, cause } = decision;
  const text =
    winner === undefined
      ? `nothing is better for "${slot}" than doing nothing`
      : `the offer "${winner}" is the next best action for "${slot}" (${strategy})`;
  return {
    at: decision.at,
    service: 'personalization',
    kind: 'decision',
    text,
    because: decision.candidates.map(sentence),
    journeyId: cause.journeyId,
    instanceId: cause.instanceId,
    stepId: cause.stepId,
    actionId: cause.actionId,
    decisionId: decision.decisionId,
    facts: decision,
  };
}

const WORDS: Record<Candidate['reason'], string> = {
  WON: 'won',
  RANKED: 'ranked',
  OUTRANKED: 'was outranked',
  NOT_ELIGIBLE: 'is not for her',
  NOT_APPLICABLE: 'does not apply now',
  NOT_SUITABLE: 'does not suit her',
  AGENCY: 'is more than she allows',
  CONSENT: 'has no channel she agreed to',
  LIMIT: 'was made often enough',
  BUDGET: 'has no budget left',
  POLICY: 'is held back by the contact policy',
  NO_CHANNEL: 'has no channel',
  EXPIRED: 'is not valid now',
};

function sentence({ offerId, reason, because }: Candidate): string {
  return `${offerId} ${WORDS[reason]}: ${because}`;
}
