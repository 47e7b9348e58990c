import type { CustomerId } from '@waymark/contracts';
import type { MemberChanges, ScheduleChanges, ScheduleState, SegmentStore } from './segment-store.js';

interface MemberRow {
  partition: number;
  since: number;
}

/** Members and schedules in memory. */
export class MemorySegments implements Pick<SegmentStore, 'members' | 'memberCounts' | 'schedules'> {
  readonly #members = new Map<string, Map<CustomerId, MemberRow>>();
  readonly #schedules = new Map<number, Map<string, ScheduleState>>();

  changeMembers(partition: number, { entered, left }: MemberChanges): void {
    for (const { segmentId, customerId } of left) this.#of(segmentId).delete(customerId);
    for (const { segmentId, customerId, since } of entered) this.#of(segmentId).set(customerId, { partition, since });
  }

  changeSchedules(partition: number, { kept, gone }: ScheduleChanges): void {
    const states = this.#schedules.get(partition) ?? new Map<string, ScheduleState>();
    this.#schedules.set(partition, states);
    for (const journeyId of gone) states.delete(journeyId);
    for (const state of kept) states.set(state.journeyId, state);
  }

  /** Ids of members that entered in a partition, not later than `until`. */
  ofPartition({ partition, segmentId, until, after, max }: Parameters<SegmentStore['membersToTell']>[0]): CustomerId[] {
    return this.#sorted(segmentId, after)
      .filter(([, row]) => row.partition === partition && row.since <= until)
      .slice(0, max)
      .map(([customerId]) => customerId);
  }

  async members(
    segmentId: string,
    { after, limit }: { after: string | undefined; limit: number },
  ): Promise<CustomerId[]> {
    return this.#sorted(segmentId, after)
      .slice(0, limit)
      .map(([customerId]) => customerId);
  }

  async memberCounts(): Promise<Map<string, number>> {
    return new Map([...this.#members].filter(([, { size }]) => size > 0).map(([id, { size }]) => [id, size]));
  }

  async schedules(partition: number): Promise<ScheduleState[]> {
    return [...(this.#schedules.get(partition)?.values() ?? [])];
  }

  #sorted(segmentId: string, after: string | undefined): [CustomerId, MemberRow][] {
    return [...this.#of(segmentId)]
      .filter(([customerId]) => after === undefined || customerId > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #of(segmentId: string): Map<CustomerId, MemberRow> {
    let members = this.#members.get(segmentId);
    if (!members) this.#members.set(segmentId, (members = new Map<CustomerId, MemberRow>()));
    return members;
  }
}
