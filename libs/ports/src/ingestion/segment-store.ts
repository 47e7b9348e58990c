import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';

/** How far the evaluation of a profile's segments has come. */
export interface SegmentMark {
  /** For which segments: a hash of their conditions, empty where there are none. */
  set: string;
  /** For which moment; it never goes back. */
  at: EpochMs;
  /** When time alone may next change who she is in. */
  dueAt: EpochMs | undefined;
}

/** What a profile has that was never evaluated. */
export const UNMARKED: SegmentMark = { set: '', at: 0, dueAt: undefined };

export interface StoredProfile {
  context: CustomerContext;
  mark: SegmentMark;
}

/** Somebody in a segment, since the moment she entered it. */
export interface Member {
  segmentId: string;
  customerId: CustomerId;
  since: EpochMs;
}

/** How far a journey's schedule has come in a partition. */
export interface ScheduleState {
  journeyId: string;
  /** The rule it is at; another one begins anew. */
  cron: string;
  zone: string;
  segmentId: string;
  /** The last instant done, or the moment at which the rule became active. */
  doneAt: EpochMs;
  /** The instant whose members are being told; undefined between two of them. */
  dueAt: EpochMs | undefined;
  /** The last member told of it. */
  after: CustomerId | undefined;
}

export interface MemberChanges {
  entered: Member[];
  left: Pick<Member, 'segmentId' | 'customerId'>[];
}

export interface ScheduleChanges {
  kept: ScheduleState[];
  /** Ids of journeys that have no schedule any more. */
  gone: string[];
}

/** Who is in which segment, what of it time may change, and how far schedules have come. */
export interface SegmentStore {
  /** Profiles with the marks of their evaluation. */
  people(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, StoredProfile>>;
  /**
   * Customers whose segments are to be evaluated by a partition, which is the one that wrote them last: those due at `now`,
   * earliest first, then those evaluated for another set; of either kind `max` at most.
   */
  toEvaluate(wanted: { partition: number; set: string; now: EpochMs; max: number }): Promise<CustomerId[]>;
  /** When a partition has somebody to evaluate: 0 while there is somebody evaluated for another set. */
  nextEvaluationAt(partition: number, set: string): Promise<EpochMs | undefined>;
  /** Members that entered in this partition, not later than `until`, with the versions of their contexts; by id, behind `after`. */
  membersToTell(wanted: {
    partition: number;
    segmentId: string;
    until: EpochMs;
    after: CustomerId | undefined;
    max: number;
  }): Promise<{ customerId: CustomerId; version: number }[]>;
  /** Members of all partitions, by id, behind `after`. */
  members(segmentId: string, page: { after: string | undefined; limit: number }): Promise<CustomerId[]>;
  /** How many members each segment has that has any. */
  memberCounts(): Promise<Map<string, number>>;
  schedules(partition: number): Promise<ScheduleState[]>;
}
