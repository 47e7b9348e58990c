import type { ChannelType, ErrorCode, ServiceName } from '@waymark/contracts';

/** What became of a try to hand a message over; the last four are for good. */
export type DeliveryEnd = 'retrying' | 'sent' | 'failed' | 'suppressed' | 'unknown';

/** Something that a service has counted or timed, for metrics. Bounded in kind, and never about a person (P6). */
export type Measure =
  /** A request, or an item of one, turned away at the edge. */
  | { what: 'rejected'; code: ErrorCode }
  /** An event that had been taken before (R71). */
  | { what: 'duplicate' }
  /** Something that was to happen at a moment: by how much later it did, by the service's clock. */
  | { what: 'timer'; service: ServiceName; latenessMs: number }
  /** From an event's arrival to the hand-over of a message that it asked for and that nothing made wait. */
  | { what: 'event-to-action'; ms: number }
  /** `none` is a channel that does not exist any more. */
  | { what: 'delivery'; channel: ChannelType | 'none'; end: DeliveryEnd };
