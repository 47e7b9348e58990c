import type { CustomerId, TimelineEntry } from '@waymark/contracts';
import type { Delivery, DispatchStore, TimelineSource } from '@waymark/ports';

/** What became of the messages meant for a customer. */
export class DeliveryTimeline implements TimelineSource {
  readonly #store: Pick<DispatchStore, 'deliveries'>;

  constructor(store: Pick<DispatchStore, 'deliveries'>) {
    this.#store = store;
  }

  async timeline(
    customerId: CustomerId,
    { limit, journeyId }: { limit: number; journeyId?: string | undefined },
  ): Promise<TimelineEntry[]> {
    const deliveries = await this.#store.deliveries(customerId, limit);
    return deliveries
      .filter(({ action }) => journeyId === undefined || action.cause.journeyId === journeyId)
      .map(entry)
      .reverse();
  }
}

function entry(delivery: Delivery): TimelineEntry {
  const { action, settledAt, dueAt, because, state, channel, attempt, reason, rule } = delivery;
  return {
    at: new Date(settledAt ?? Date.parse(action.requestedAt)).toISOString(),
    service: 'action-dispatch',
    kind: 'delivery',
    text: sentence(delivery),
    because,
    journeyId: action.cause.journeyId,
    instanceId: action.cause.instanceId,
    stepId: action.cause.stepId,
    actionId: action.actionId,
    decisionId: action.cause.decisionId,
    facts: {
      state,
      channel,
      attempt,
      reason: reason ?? null,
      rule: rule ?? null,
      dueAt: dueAt ?? null,
      contentHash: action.contentHash,
    },
  };
}

const REASONS: Record<string, string> = {
  CAP: 'she has had as many messages as the contact policy allows',
  QUIET_HOURS: 'it would have reached her in quiet hours',
  CONSENT: 'she has not agreed to it',
  TTL: 'it would have been too late',
  EXITED: 'her journey had ended',
  NO_ADDRESS: 'no address is known',
  NO_ZONE: 'her time zone is not known',
  ADDRESS_SUPPRESSED: 'her address must not be used any more',
};

function sentence({ action, channel, state, reason, rule, attempt, dueAt }: Delivery): string {
  const what = `${channel} message${action.content.subject === undefined ? '' : ` "${action.content.subject}"`}`;
  switch (state) {
    case 'sent':
      return `${what} handed over${attempt > 1 ? ` at try ${attempt}` : ''}`;
    case 'suppressed':
      return `${what} not sent: ${REASONS[reason ?? ''] ?? reason} (${reason}${rule === undefined ? '' : `, ${rule}`})`;
    case 'failed':
      return `${what} could not be sent: ${reason}`;
    case 'unknown':
      return `${what}: whether it left is not known (${reason})`;
    case 'claimed':
      return `${what} is being handed over`;
    case 'retrying':
      return `${what} could not be handed over yet (${reason}); it is tried again after try ${attempt}`;
    default:
      return `${what} waits${dueAt === undefined ? '' : ` until ${new Date(dueAt).toISOString()}`}`;
  }
}
