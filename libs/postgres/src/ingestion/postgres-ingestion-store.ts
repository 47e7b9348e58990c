import type { CustomerEvent, CustomerId, EpochMs, MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import {
  UNMARKED,
  type BatchCommit,
  type IdentityKey,
  type IngestionChanges,
  type IngestionStore,
  type Merge,
  type ProfileChange,
  type ScheduleState,
  type StoredEvent,
  type StoredProfile,
} from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';
import { identityStatements, mergeOf, mergeStatements, SELECT_MERGES, type MergeRow } from './merge-rows.js';
import { profileOf, scheduleOf, segmentStatements, type ProfileRow, type ScheduleRow } from './segment-rows.js';

const INSERT_EVENTS = loadSql('ingestion/insert-events');
const INSERT_MADE_EVENTS = loadSql('ingestion/insert-made-events');
const UPSERT_PROFILES = loadSql('ingestion/upsert-profiles');
const LOAD_TO_EVALUATE = loadSql('ingestion/load-to-evaluate');
const NEXT_EVALUATION = loadSql('ingestion/next-evaluation');
const LOAD_MEMBERS_TO_TELL = loadSql('ingestion/load-members-to-tell');
const ADD_MISMATCHES = `insert into ingestion.counters as c (name, value) values ('mismatches', $1)
  on conflict (name) do update set value = c.value + excluded.value`;

interface EventRow {
  body_hash: string;
  violations: string[];
  blocked: boolean;
  event: CustomerEvent;
}

export class PostgresIngestionStore extends PostgresBatchStore<IngestionChanges> implements IngestionStore {
  constructor(options: PostgresStoreOptions) {
    super('ingestion', options);
  }

  async knownMessages(messageIds: readonly string[]): Promise<Map<MessageId, string>> {
    const rows = await this.rows<{ message_id: MessageId; body_hash: string }>(
      'select message_id, body_hash from ingestion.events where message_id = any($1::text[])',
      [messageIds],
    );
    return new Map(rows.map((row) => [row.message_id, row.body_hash]));
  }

  async identities(keys: readonly IdentityKey[]): Promise<Map<IdentityKey, CustomerId>> {
    const rows = await this.rows<{ key: IdentityKey; customer_id: CustomerId }>(
      'select key, customer_id from ingestion.identities where key = any($1::text[])',
      [keys],
    );
    return new Map(rows.map((row) => [row.key, row.customer_id]));
  }

  async profiles(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>> {
    const rows = await this.rows<{ customer_id: CustomerId; context: CustomerContext }>(
      'select customer_id, context from ingestion.profiles where customer_id = any($1::text[])',
      [customerIds],
    );
    return new Map(rows.map((row) => [row.customer_id, row.context]));
  }

  async people(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, StoredProfile>> {
    const rows = await this.rows<ProfileRow>(
      'select customer_id, context, segment_set, segments_at, segments_due_at from ingestion.profiles where customer_id = any($1::text[])',
      [customerIds],
    );
    return new Map(rows.map((row) => [row.customer_id, profileOf(row)]));
  }

  async toEvaluate({ partition, set, now, max }: Parameters<IngestionStore['toEvaluate']>[0]): Promise<CustomerId[]> {
    const rows = await this.rows<{ customer_id: CustomerId }>(LOAD_TO_EVALUATE, [partition, set, now, max]);
    return rows.map((row) => row.customer_id);
  }

  async nextEvaluationAt(partition: number, set: string): Promise<EpochMs | undefined> {
    const [row] = await this.rows<{ due_at: number | null }>(NEXT_EVALUATION, [partition, set]);
    return row?.due_at ?? undefined;
  }

  async membersToTell({
    partition,
    segmentId,
    until,
    after,
    max,
  }: Parameters<IngestionStore['membersToTell']>[0]): Promise<{ customerId: CustomerId; version: number }[]> {
    const rows = await this.rows<{ customer_id: CustomerId; version: number }>(LOAD_MEMBERS_TO_TELL, [
      segmentId,
      partition,
      until,
      after ?? null,
      max,
    ]);
    return rows.map(({ customer_id: customerId, version }) => ({ customerId, version }));
  }

  async members(
    segmentId: string,
    { after, limit }: { after: string | undefined; limit: number },
  ): Promise<CustomerId[]> {
    const rows = await this.rows<{ customer_id: CustomerId }>(
      `select customer_id from ingestion.segment_members where segment_id = $1 and customer_id > coalesce($2::text, '') collate "C" order by customer_id limit $3`,
      [segmentId, after ?? null, limit],
    );
    return rows.map((row) => row.customer_id);
  }

  async memberCounts(): Promise<Map<string, number>> {
    const rows = await this.rows<{ segment_id: string; count: number }>(
      'select segment_id, count(*) as count from ingestion.segment_members group by segment_id',
      [],
    );
    return new Map(rows.map((row) => [row.segment_id, row.count]));
  }

  async schedules(partition: number): Promise<ScheduleState[]> {
    const rows = await this.rows<ScheduleRow>(
      'select journey_id, cron, zone, segment_id, done_at, due_at, after from ingestion.schedules where partition = $1 order by journey_id',
      [partition],
    );
    return rows.map(scheduleOf);
  }

  async events(customerId: CustomerId, limit: number): Promise<StoredEvent[]> {
    const rows = await this.rows<EventRow>(
      'select body_hash, violations, blocked, event from ingestion.events where customer_id = $1 order by context_version desc, received_at desc limit $2',
      [customerId, limit],
    );
    return rows.map(({ body_hash: bodyHash, violations, blocked, event }) => ({
      event,
      bodyHash,
      violations,
      blocked,
    }));
  }

  async merges(ids: readonly string[]): Promise<Map<string, Merge>> {
    const rows = await this.rows<MergeRow & Record<string, unknown>>(`${SELECT_MERGES} where id = any($1::text[])`, [
      ids,
    ]);
    return new Map(rows.map((row) => [row.id, mergeOf(row)]));
  }

  async mergesInto(customerIds: readonly CustomerId[], limit: number): Promise<Merge[]> {
    const rows = await this.rows<MergeRow & Record<string, unknown>>(
      `${SELECT_MERGES} where to_id = any($1::text[]) order by at desc, id collate "C" limit $2`,
      [customerIds, limit],
    );
    return rows.map(mergeOf);
  }

  async mismatches(): Promise<number> {
    const [row] = await this.rows<{ value: number }>(`select value from ingestion.counters where name = $1`, [
      'mismatches',
    ]);
    return row?.value ?? 0;
  }

  protected statementsOf(changes: IngestionChanges, { partition, now }: BatchCommit<IngestionChanges>): Statement[] {
    const { events, identities, profiles, mismatches, made = [], merges } = changes;
    const statements: Statement[] = [];
    if (profiles.length > 0)
      statements.push({
        text: UPSERT_PROFILES,
        values: [...profileColumns(profiles), partition],
        writes: { rows: profiles.length, of: 'profile' },
      });
    statements.push(...identityStatements(identities));
    if (merges) statements.push(...mergeStatements(merges, now));
    if (events.length > 0) statements.push({ text: INSERT_EVENTS, values: eventColumns(events) });
    if (made.length > 0) statements.push({ text: INSERT_MADE_EVENTS, values: madeColumns(made) });
    if (mismatches > 0) statements.push({ text: ADD_MISMATCHES, values: [mismatches] });
    return [...statements, ...segmentStatements(changes, partition)];
  }
}

function profileColumns(profiles: readonly ProfileChange[]): unknown[] {
  const marks = profiles.map(({ mark = UNMARKED }) => mark);
  return [
    profiles.map(({ context }) => context.id),
    profiles.map(({ expectedVersion }) => expectedVersion),
    profiles.map(({ context }) => context.version),
    profiles.map(({ context }) => JSON.stringify(context)),
    marks.map(({ set }) => set),
    marks.map(({ at }) => at),
    marks.map(({ dueAt }) => dueAt ?? null),
  ];
}

function madeColumns(events: readonly CustomerEvent[]): unknown[] {
  return [
    events.map(({ messageId }) => messageId),
    events.map(({ customerId }) => customerId),
    events.map(({ contextVersion }) => contextVersion),
    events.map(({ receivedAt }) => Date.parse(receivedAt)),
    events.map((event) => JSON.stringify(event)),
  ];
}

function eventColumns(events: readonly StoredEvent[]): unknown[] {
  return [
    events.map(({ event }) => event.messageId),
    events.map(({ event }) => event.customerId),
    events.map(({ event }) => event.contextVersion),
    events.map(({ event }) => Date.parse(event.receivedAt)),
    events.map(({ bodyHash }) => bodyHash),
    events.map(({ blocked }) => blocked),
    events.map(({ violations }) => JSON.stringify(violations)),
    events.map(({ event }) => JSON.stringify(event)),
  ];
}
