import type { CustomerId, TimelineEntry } from '@waymark/contracts';

/** A service's part of a customer's timeline, oldest first. */
export interface TimelineSource {
  timeline(
    customerId: CustomerId,
    options: { limit: number; journeyId?: string | undefined },
  ): Promise<TimelineEntry[]>;
}
