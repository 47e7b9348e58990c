import type { CustomerEvent, CustomerId, MessageId } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { IdentityKey, IngestionChanges, IngestionStore, StoredEvent } from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const INSERT_EVENTS = loadSql('ingestion/insert-events');
const UPSERT_PROFILES = loadSql('ingestion/upsert-profiles');
const UPSERT_IDENTITIES = loadSql('ingestion/upsert-identities');
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

  async mismatches(): Promise<number> {
    const [row] = await this.rows<{ value: number }>(`select value from ingestion.counters where name = $1`, [
      'mismatches',
    ]);
    return row?.value ?? 0;
  }

  protected statementsOf({ events, identities, profiles, mismatches }: IngestionChanges): Statement[] {
    const statements: Statement[] = [];
    if (profiles.length > 0)
      statements.push({
        text: UPSERT_PROFILES,
        values: [
          profiles.map(({ context }) => context.id),
          profiles.map(({ expectedVersion }) => expectedVersion),
          profiles.map(({ context }) => context.version),
          profiles.map(({ context }) => JSON.stringify(context)),
        ],
        writes: { rows: profiles.length, of: 'profile' },
      });
    if (identities.length > 0)
      statements.push({
        text: UPSERT_IDENTITIES,
        values: [
          identities.map(({ key }) => key),
          identities.map(({ customerId }) => customerId),
          identities.map(({ expected }) => expected),
        ],
        writes: { rows: identities.length, of: 'identity' },
      });
    if (events.length > 0) statements.push({ text: INSERT_EVENTS, values: eventColumns(events) });
    if (mismatches > 0) statements.push({ text: ADD_MISMATCHES, values: [mismatches] });
    return statements;
  }
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
