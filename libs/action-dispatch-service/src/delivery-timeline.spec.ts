import { describe, expect, it } from '@jest/globals';
import type { Delivery } from '@waymark/ports';
import { DeliveryTimeline } from './delivery-timeline.js';
import { anAction } from './testing/samples.js';

function timelineOf(...deliveries: Partial<Delivery>[]): DeliveryTimeline {
  const newestFirst = deliveries.map((over): Delivery => {
    const action = over.action ?? anAction();
    return {
      actionId: action.actionId,
      customerId: action.customerId,
      channel: action.channel,
      state: 'queued',
      attempt: 0,
      because: [],
      action,
      ...over,
    };
  });
  return new DeliveryTimeline({ deliveries: async () => newestFirst });
}

const entries = (timeline: DeliveryTimeline, journeyId?: string) =>
  timeline.timeline('ada' as never, { limit: 10, journeyId });

describe('deliveries in the timeline', () => {
  it.each([
    [{ state: 'queued', dueAt: 0 }, 'email message "Still thinking?" waits until 1970-01-01T00:00:00.000Z'],
    [{ state: 'claimed', attempt: 1 }, 'email message "Still thinking?" is being handed over'],
    [
      { state: 'retrying', attempt: 2, reason: 'HTTP 503' },
      'email message "Still thinking?" could not be handed over yet (HTTP 503); it is tried again after try 2',
    ],
    [{ state: 'sent', attempt: 1 }, 'email message "Still thinking?" handed over'],
    [{ state: 'sent', attempt: 3 }, 'email message "Still thinking?" handed over at try 3'],
    [{ state: 'failed', reason: 'HTTP 400' }, 'email message "Still thinking?" could not be sent: HTTP 400'],
    [
      { state: 'suppressed', reason: 'CONSENT' },
      'email message "Still thinking?" not sent: she has not agreed to it (CONSENT)',
    ],
    [
      { state: 'suppressed', reason: 'CAP', rule: 'three-a-week' },
      'email message "Still thinking?" not sent: she has had as many messages as the contact policy allows (CAP, three-a-week)',
    ],
  ] as const)('%j', async (delivery, text) => {
    const [entry] = await entries(timelineOf(delivery));
    expect(entry?.text).toBe(text);
  });

  it('come oldest first, with what was tested and the ids of their cause', async () => {
    const [older, newer] = await entries(
      timelineOf({ settledAt: 2_000 }, { settledAt: 1_000, because: ['three-a-week: 0 of 3'] }),
    );
    expect([older?.at, newer?.at]).toEqual(['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:02.000Z']);
    expect(older).toMatchObject({
      service: 'action-dispatch',
      kind: 'delivery',
      because: ['three-a-week: 0 of 3'],
      journeyId: 'cart',
      stepId: 'remind',
      actionId: anAction().actionId,
    });
  });

  it('can be those of one journey', async () => {
    const timeline = timelineOf({}, { action: anAction({ cause: { journeyId: 'win-back' } }) });
    expect((await entries(timeline, 'win-back')).map(({ journeyId }) => journeyId)).toEqual(['win-back']);
  });
});
