import { WaymarkError, type NewRecord, type Resource, type WorkspaceChange } from '@waymark/contracts';
import type { ActiveResources, BatchCommit, BatchStore, OutboxRow, Progress } from '@waymark/ports';
import type pg from 'pg';
import { classified } from '../classify-error.js';
import type { Database, Queryable } from '../database.js';
import { loadSql } from '../load-sql.js';
import { inTransaction } from '../transaction.js';
import { execute, prepared, type Statement } from './statement.js';

/** Appends outputs to a log in the same database, within a transaction; resolves with what is to be called after the commit. */
export type AppendInTransaction = (tx: Queryable, outputs: readonly NewRecord[]) => Promise<() => void>;

export interface PostgresStoreOptions {
  database: Database;
  /** Where the log lives in the same database its append is part of the transaction, and no outbox row is needed. */
  appendOutputs?: AppendInTransaction | undefined;
}

const NONE: Progress = { version: 0, nextOffset: 0, nextSequence: 0, seen: {} };

/** A service's batches in its PostgreSQL schema: state, outbox and progress in one transaction (P1). */
export abstract class PostgresBatchStore<C> implements BatchStore<C> {
  protected readonly schema: string;
  protected readonly pool: pg.Pool;
  readonly #appendOutputs: AppendInTransaction | undefined;
  readonly #sql: Readonly<Record<'move' | 'outbox' | 'activate' | 'deactivate' | 'revision', string>>;

  constructor(schema: string, { database, appendOutputs }: PostgresStoreOptions) {
    this.schema = schema;
    this.pool = database.pool;
    this.#appendOutputs = appendOutputs;
    const sql = (name: string): string => loadSql(`batch/${name}`).replaceAll('{schema}', schema);
    this.#sql = {
      move: sql('move-progress'),
      outbox: sql('insert-outbox'),
      activate: sql('activate-resources'),
      deactivate: sql('deactivate-resources'),
      revision: sql('set-revision'),
    };
  }

  /** The service's own changes, one statement a table. */
  protected abstract statementsOf(changes: C, commit: BatchCommit<C>): Statement[];

  async progress(partition: number): Promise<Progress> {
    const [row] = await this.rows<{
      version: number;
      next_offset: number;
      next_sequence: number;
      seen: Progress['seen'];
    }>(`select version, next_offset, next_sequence, seen from ${this.schema}.progress where partition = $1`, [
      partition,
    ]);
    return row
      ? { version: row.version, nextOffset: row.next_offset, nextSequence: row.next_sequence, seen: row.seen }
      : NONE;
  }

  async save(commit: BatchCommit<C>): Promise<'published' | 'pending'> {
    const { where, committed } = await inTransaction(this.pool, (client) => this.#saveIn(client, commit));
    committed?.();
    return where;
  }

  async pending(partition: number): Promise<OutboxRow[]> {
    return this.rows<OutboxRow & pg.QueryResultRow>(
      `select partition, version, outputs from ${this.schema}.outbox where partition = $1 order by version`,
      [partition],
    );
  }

  async clear({ partition, version }: Pick<OutboxRow, 'partition' | 'version'>): Promise<void> {
    await this.rows(`delete from ${this.schema}.outbox where partition = $1 and version = $2`, [partition, version]);
  }

  async activeResources(partition: number): Promise<ActiveResources> {
    const [revision, resources] = await Promise.all([
      this.rows<{ revision: number }>(`select revision from ${this.schema}.revisions where partition = $1`, [
        partition,
      ]),
      this.rows<{ version: string; resource: Resource }>(
        `select version, body as resource from ${this.schema}.active_resources join ${this.schema}.resources using (kind, id, version)
         where partition = $1 order by kind collate "C", id collate "C"`,
        [partition],
      ),
    ]);
    return { revision: revision[0]?.revision ?? 0, resources };
  }

  async resourceVersions(
    wanted: readonly { kind: string; id: string; version: string }[],
  ): Promise<Map<string, Resource>> {
    const rows = await this.rows<{ version: string; body: Resource }>(
      `select version, body from ${this.schema}.resources join unnest($1::text[], $2::text[], $3::text[]) as w(kind, id, version) using (kind, id, version)`,
      [wanted.map(({ kind }) => kind), wanted.map(({ id }) => id), wanted.map(({ version }) => version)],
    );
    return new Map(rows.map(({ version, body }) => [version, body]));
  }

  /** The rows of one statement outside a transaction, prepared once a connection. */
  protected async rows<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    return (await classified(() => this.pool.query<R>(prepared({ text, values })))).rows;
  }

  /**
   * Sends all statements at once and waits for all: one round trip. Whatever one of them says, nothing is committed before
   * all have answered. Whoever is not the owner any more is told that first, whatever else went wrong because of it (P2).
   */
  async #saveIn(
    client: pg.PoolClient,
    commit: BatchCommit<C>,
  ): Promise<{ where: 'published' | 'pending'; committed?: (() => void) | undefined }> {
    const { partition, from, changes, workspace, outputs } = commit;
    const statements = [
      ...(changes === undefined ? [] : this.statementsOf(changes, commit)),
      ...(workspace ? this.#activate(partition, workspace) : []),
      ...(this.#appendOutputs || outputs.length === 0 ? [] : [this.#outbox(commit)]),
    ];
    const move = execute(client, this.#move(commit));
    const written = statements.map((statement) => execute(client, statement));
    const appended = outputs.length === 0 ? undefined : this.#appendOutputs?.(client, outputs);
    const [moved, ...others] = await Promise.allSettled([move, ...written, appended]);
    if (moved.status === 'fulfilled' && moved.value === 0)
      throw new WaymarkError(
        'FENCED',
        `partition ${partition} of ${this.schema} has another owner: its version is not ${from.version} any more`,
      );
    const failed = [moved, ...others].find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return { where: outputs.length === 0 || this.#appendOutputs ? 'published' : 'pending', committed: await appended };
  }

  #move({ partition, from, to }: BatchCommit<C>): Statement {
    const values = [partition, from.version, to.nextOffset, to.nextSequence, JSON.stringify(to.seen)];
    return { text: this.#sql.move, values };
  }

  #outbox({ partition, to, outputs }: BatchCommit<C>): Statement {
    return { text: this.#sql.outbox, values: [partition, to.version, JSON.stringify(outputs)] };
  }

  /** Of several changes of one resource the last one counts, as statements see them all at once. */
  #activate(partition: number, { revision, changes }: WorkspaceChange): Statement[] {
    const last = [...new Map(changes.map((change) => [keyOf(change), change])).values()];
    const puts = last.filter((change) => change.op === 'put');
    const deletes = last.filter((change) => change.op === 'delete');
    const put = [
      puts.map(({ resource }) => resource.kind),
      puts.map(({ resource }) => resource.id),
      puts.map(({ version }) => version),
      puts.map(({ resource }) => JSON.stringify(resource)),
    ];
    return [
      { text: this.#sql.activate, values: [partition, ...put] },
      {
        text: this.#sql.deactivate,
        values: [partition, deletes.map(({ kind }) => kind), deletes.map(({ id }) => id)],
      },
      { text: this.#sql.revision, values: [partition, revision] },
    ];
  }
}

function keyOf(change: WorkspaceChange['changes'][number]): string {
  const { kind, id } = change.op === 'put' ? change.resource : change;
  return `${kind}/${id}`;
}
