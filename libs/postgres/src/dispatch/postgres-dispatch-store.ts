import type { ActionId, CustomerId, DeliverAction, EpochMs } from '@waymark/contracts';
import {
  withoutNul,
  type BatchCommit,
  type CountedContact,
  type Delivery,
  type DeliveryState,
  type DispatchChanges,
  type DispatchState,
  type DispatchStore,
  type InboxMessage,
  type Suppression,
} from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const LOAD_DELIVERIES = loadSql('dispatch/load-deliveries');
const LOAD_CONTACTS = loadSql('dispatch/load-contacts');
const NEXT_DUE = loadSql('dispatch/next-due');
const UPSERT_DELIVERIES = loadSql('dispatch/upsert-deliveries');
const CLAIM_PEOPLE = loadSql('dispatch/claim-people');
const UPSERT_SUPPRESSIONS = loadSql('dispatch/upsert-suppressions');
const COLUMNS =
  'action_id, customer_id, channel, state, due_at, attempt, held_for, may_have_left, settled_at, reason, rule, because, action';

interface DeliveryRow {
  action_id: ActionId;
  customer_id: CustomerId;
  channel: string;
  state: DeliveryState;
  due_at: number | null;
  attempt: number;
  held_for: string | null;
  may_have_left: boolean;
  settled_at: number | null;
  reason: string | null;
  rule: string | null;
  because: string[];
  action: DeliverAction;
}

export class PostgresDispatchStore extends PostgresBatchStore<DispatchChanges> implements DispatchStore {
  constructor(options: PostgresStoreOptions) {
    super('dispatch', options);
  }

  async load({
    partition,
    actionIds,
    customerIds,
    inFlight,
    now,
    dueMax,
    contactsSince,
    holding,
  }: Parameters<DispatchStore['load']>[0]): Promise<DispatchState> {
    const deliveries = (
      await this.rows<DeliveryRow & Record<string, unknown>>(LOAD_DELIVERIES, [
        partition,
        actionIds,
        inFlight,
        now,
        dueMax,
        holding,
      ])
    ).map(delivery);
    const customers = [...new Set([...customerIds, ...deliveries.map(({ customerId }) => customerId)])];
    const [contacts, suppressions] = await Promise.all([
      this.contacts(customers, contactsSince),
      this.rows<Suppression & Record<string, unknown>>(
        `select channel, customer_id as "customerId", reason, at from dispatch.suppressions where customer_id = any($1::text[])`,
        [customers],
      ),
    ]);
    return {
      deliveries,
      contacts,
      suppressions,
    };
  }

  async personClaims(customerIds: readonly CustomerId[]): Promise<Map<CustomerId, number>> {
    const rows = await this.rows<{ customer_id: CustomerId; version: number }>(
      'select customer_id, version from dispatch.people where customer_id = any($1::text[])',
      [customerIds],
    );
    return new Map(rows.map(({ customer_id, version }) => [customer_id, version]));
  }

  async contacts(customerIds: readonly CustomerId[], since: EpochMs): Promise<CountedContact[]> {
    const rows = await this.rows<CountedContact & { journeyId: string | null }>(LOAD_CONTACTS, [customerIds, since]);
    return rows.map(({ journeyId, ...contact }) => ({ ...contact, ...(journeyId !== null && { journeyId }) }));
  }

  async nextDueAt(
    partition: number,
    { inFlight, holding }: Parameters<DispatchStore['nextDueAt']>[1],
  ): Promise<EpochMs | undefined> {
    const [row] = await this.rows<{ due_at: number | null }>(NEXT_DUE, [partition, inFlight, holding]);
    return row?.due_at ?? undefined;
  }

  async deliveriesOf(actionIds: readonly ActionId[]): Promise<Map<ActionId, Delivery>> {
    const rows = await this.rows<DeliveryRow & Record<string, unknown>>(
      `select ${COLUMNS} from dispatch.deliveries where action_id = any($1::text[])`,
      [actionIds],
    );
    return new Map(rows.map((row) => [row.action_id, delivery(row)]));
  }

  async deliveries(customerId: CustomerId, limit: number): Promise<Delivery[]> {
    const rows = await this.rows<DeliveryRow & Record<string, unknown>>(
      `select ${COLUMNS} from dispatch.deliveries where customer_id = $1 order by requested_at desc, action_id limit $2`,
      [customerId, limit],
    );
    return rows.map(delivery);
  }

  async deliveryCounts(): ReturnType<DispatchStore['deliveryCounts']> {
    const rows = await this.rows<{ channel: string; state: DeliveryState; reason: string | null; count: number }>(
      `select channel, state, case state when 'failed' then null else reason end as reason, count(*)::bigint as count
       from dispatch.deliveries group by 1, 2, 3 order by 1, 2, 3`,
      [],
    );
    return rows.map(({ reason, ...row }) => ({ ...row, ...(reason !== null && { reason }) }));
  }

  async heldCount(journeyId: string): Promise<number> {
    const [row] = await this.rows<{ count: number }>(
      `select count(*)::bigint as count from dispatch.deliveries where held_for = $1 and state in ('queued', 'retrying')`,
      [journeyId],
    );
    return row!.count;
  }

  suppressions(limit: number): Promise<Suppression[]> {
    return this.rows(
      `select channel, customer_id as "customerId", reason, at from dispatch.suppressions order by at desc limit $1`,
      [limit],
    );
  }

  async suppress(suppressions: readonly Suppression[]): Promise<void> {
    const columns = [
      suppressions.map(({ channel }) => channel),
      suppressions.map(({ customerId }) => customerId),
      suppressions.map(({ reason }) => reason),
      suppressions.map(({ at }) => at),
    ];
    await this.rows(UPSERT_SUPPRESSIONS, columns);
  }

  async putInInbox({ actionId, customerId, channel, subject, body, at }: InboxMessage): Promise<void> {
    await this.rows(
      `insert into dispatch.inbox (action_id, customer_id, channel, subject, body, at) values ($1, $2, $3, $4, $5, $6) on conflict (action_id) do nothing`,
      [actionId, customerId, channel, subject === undefined ? null : withoutNul(subject), withoutNul(body), at],
    );
  }

  async inbox(customerId: CustomerId, limit: number): Promise<InboxMessage[]> {
    const rows = await this.rows<InboxMessage & { subject: string | null }>(
      `select action_id as "actionId", customer_id as "customerId", channel, subject, body, at from dispatch.inbox where customer_id = $1 order by at desc limit $2`,
      [customerId, limit],
    );
    return rows.map(({ subject, ...message }) => ({ ...message, ...(subject !== null && { subject }) }));
  }

  protected statementsOf(
    { deliveries, people = [] }: DispatchChanges,
    { partition }: BatchCommit<DispatchChanges>,
  ): Statement[] {
    const statements: Statement[] = [];
    if (deliveries.length > 0)
      statements.push({ text: UPSERT_DELIVERIES, values: [partition, ...columns(deliveries)] });
    if (people.length > 0)
      statements.push({
        text: CLAIM_PEOPLE,
        values: [people.map(({ customerId }) => customerId), people.map(({ expected }) => expected)],
        writes: { rows: people.length, of: 'person' },
      });
    return statements;
  }
}

function columns(deliveries: readonly Delivery[]): unknown[] {
  return [
    deliveries.map(({ actionId }) => actionId),
    deliveries.map(({ customerId }) => customerId),
    deliveries.map(({ channel }) => channel),
    deliveries.map(({ action }) => action.class),
    deliveries.map(({ action }) => JSON.stringify(action.categories)),
    deliveries.map(({ action }) => action.cause.journeyId ?? null),
    deliveries.map(({ state }) => state),
    deliveries.map(({ dueAt }) => dueAt ?? null),
    deliveries.map(({ attempt }) => attempt),
    deliveries.map(({ heldFor }) => heldFor ?? null),
    deliveries.map(({ mayHaveLeft = false }) => mayHaveLeft),
    deliveries.map(({ settledAt }) => settledAt ?? null),
    deliveries.map(({ reason }) => (reason === undefined ? null : withoutNul(reason))),
    deliveries.map(({ rule }) => rule ?? null),
    deliveries.map(({ because }) => JSON.stringify(because)),
    deliveries.map(({ action }) => JSON.stringify(action)),
    deliveries.map(({ action }) => Date.parse(action.requestedAt)),
  ];
}

function delivery(row: DeliveryRow): Delivery {
  return {
    actionId: row.action_id,
    customerId: row.customer_id,
    channel: row.channel,
    state: row.state,
    dueAt: row.due_at ?? undefined,
    attempt: row.attempt,
    ...(row.held_for !== null && { heldFor: row.held_for }),
    ...(row.may_have_left && { mayHaveLeft: true }),
    settledAt: row.settled_at ?? undefined,
    reason: row.reason ?? undefined,
    rule: row.rule ?? undefined,
    because: row.because,
    action: row.action,
  };
}
