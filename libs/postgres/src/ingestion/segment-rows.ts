import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { IngestionChanges, ScheduleState, StoredProfile } from '@waymark/ports';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const DELETE_MEMBERS = loadSql('ingestion/delete-members');
const UPSERT_MEMBERS = loadSql('ingestion/upsert-members');
const UPSERT_SCHEDULES = loadSql('ingestion/upsert-schedules');
const DELETE_SCHEDULES = 'delete from ingestion.schedules where partition = $1 and journey_id = any($2::text[])';

export interface ProfileRow {
  customer_id: CustomerId;
  context: CustomerContext;
  segment_set: string;
  segments_at: EpochMs;
  segments_due_at: EpochMs | null;
}

export function profileOf({
  context,
  segment_set: set,
  segments_at: at,
  segments_due_at: due,
}: ProfileRow): StoredProfile {
  return { context, mark: { set, at, dueAt: due ?? undefined } };
}

export interface ScheduleRow {
  journey_id: string;
  cron: string;
  zone: string;
  segment_id: string;
  done_at: EpochMs;
  due_at: EpochMs | null;
  after: CustomerId | null;
}

export function scheduleOf(row: ScheduleRow): ScheduleState {
  return {
    journeyId: row.journey_id,
    cron: row.cron,
    zone: row.zone,
    segmentId: row.segment_id,
    doneAt: row.done_at,
    dueAt: row.due_at ?? undefined,
    after: row.after ?? undefined,
  };
}

/** What a batch changes of members and schedules. */
export function segmentStatements({ members, schedules }: IngestionChanges, partition: number): Statement[] {
  const { entered = [], left = [] } = members ?? {};
  const { kept = [], gone = [] } = schedules ?? {};
  const statements: Statement[] = [];
  if (left.length > 0)
    statements.push({
      text: DELETE_MEMBERS,
      values: [left.map(({ segmentId }) => segmentId), left.map(({ customerId }) => customerId)],
    });
  if (entered.length > 0)
    statements.push({
      text: UPSERT_MEMBERS,
      values: [
        entered.map(({ segmentId }) => segmentId),
        entered.map(({ customerId }) => customerId),
        entered.map(({ since }) => since),
        partition,
      ],
    });
  if (gone.length > 0) statements.push({ text: DELETE_SCHEDULES, values: [partition, gone] });
  if (kept.length > 0) statements.push({ text: UPSERT_SCHEDULES, values: [partition, ...scheduleColumns(kept)] });
  return statements;
}

function scheduleColumns(states: readonly ScheduleState[]): unknown[] {
  return [
    states.map(({ journeyId }) => journeyId),
    states.map(({ cron }) => cron),
    states.map(({ zone }) => zone),
    states.map(({ segmentId }) => segmentId),
    states.map(({ doneAt }) => doneAt),
    states.map(({ dueAt }) => dueAt ?? null),
    states.map(({ after }) => after ?? null),
  ];
}
