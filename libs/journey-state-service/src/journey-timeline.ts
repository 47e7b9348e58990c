import type { CustomerId, Json, TimelineEntry } from '@waymark/contracts';
import { because, words, type Trace } from '@waymark/journey-engine';
import type { HistoryEntry, JourneyStore, TimelineSource } from '@waymark/ports';

/** What a customer's journeys did with her, from the stored traces. */
export class JourneyTimeline implements TimelineSource {
  readonly #store: Pick<JourneyStore, 'history'>;

  constructor(store: Pick<JourneyStore, 'history'>) {
    this.#store = store;
  }

  async timeline(
    customerId: CustomerId,
    { limit, journeyId }: { limit: number; journeyId?: string | undefined },
  ): Promise<TimelineEntry[]> {
    const history = await this.#store.history(customerId, limit);
    return history.filter((entry) => journeyId === undefined || entry.journeyId === journeyId).flatMap(entries);
  }
}

const KINDS: Partial<Record<Trace['what'], string>> = {
  entered: 'entered',
  refused: 'refused',
  ended: 'ended',
  converted: 'converted',
};

function entries(history: HistoryEntry): TimelineEntry[] {
  return history.trace.map((trace) => ({
    at: trace.at,
    service: 'journey-state',
    kind: KINDS[trace.what] ?? 'step',
    text: `${history.journeyId}: ${words(trace)}`,
    because: because(trace),
    journeyId: history.journeyId,
    instanceId: history.instanceId,
    stepId: 'stepId' in trace ? trace.stepId : undefined,
    actionId: 'actionId' in trace ? trace.actionId : undefined,
    messageId: history.messageId,
    facts: trace as unknown as Json,
  }));
}
