import type { WorkspaceChange } from '@waymark/contracts';
import {
  publicationsIn,
  revisionConflict,
  withChange,
  type Publication,
  type ResourceName,
  type WorkspaceRegistry,
  type WorkspaceState,
} from '@waymark/ports';
import { classified } from '../classify-error.js';
import type { Database } from '../database.js';
import { inTransaction } from '../transaction.js';

/** Changes read at a time. */
const PAGE = 50;
/** A change is JSON text that may hold NUL, so it is looked into here; whatever puts a resource has its id in quotes. */
const NAMING = `
  select change from ingestion.workspace_changes
   where ($2::bigint is null or revision < $2) and strpos(change::text, $1) > 0
   order by revision desc limit ${PAGE}`;

const EMPTY: WorkspaceState = { revision: 0, resources: [] };

export class PostgresWorkspaceRegistry implements WorkspaceRegistry {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async current(): Promise<WorkspaceState> {
    const { rows } = await classified(() =>
      this.#database.pool.query<WorkspaceState & Record<string, unknown>>(
        'select revision, resources from ingestion.workspace',
      ),
    );
    return rows[0] ?? EMPTY;
  }

  /** The change's revision is a primary key: of two applies at once one gets the conflict. */
  async put(change: WorkspaceChange): Promise<void> {
    await inTransaction(this.#database.pool, async (client) => {
      const { rows } = await client.query<WorkspaceState & Record<string, unknown>>(
        'select revision, resources from ingestion.workspace for update',
      );
      const state = rows[0] ?? EMPTY;
      if (change.revision !== state.revision + 1) throw revisionConflict(state.revision, change.revision);
      await client.query('insert into ingestion.workspace_changes (revision, change) values ($1, $2)', [
        change.revision,
        JSON.stringify(change),
      ]);
      const next = withChange(state, change);
      await client.query(
        `insert into ingestion.workspace (revision, resources) values ($1, $2)
         on conflict (singleton) do update set revision = excluded.revision, resources = excluded.resources`,
        [next.revision, JSON.stringify(next.resources)],
      );
    });
  }

  async unannounced(): Promise<WorkspaceChange[]> {
    const query = 'select change from ingestion.workspace_changes where not announced order by revision';
    const { rows } = await classified(() => this.#database.pool.query<{ change: WorkspaceChange }>(query));
    return rows.map(({ change }) => change);
  }

  async changeOf(revision: number): Promise<WorkspaceChange | undefined> {
    const query = 'select change from ingestion.workspace_changes where revision = $1';
    const { rows } = await classified(() => this.#database.pool.query<{ change: WorkspaceChange }>(query, [revision]));
    return rows[0]?.change;
  }

  async publications(of: ResourceName, max: number): Promise<Publication[]> {
    const found: Publication[] = [];
    let before: number | null = null;
    for (;;) {
      const rows: { change: WorkspaceChange }[] = await this.#naming(of.id, before);
      found.push(...rows.flatMap(({ change }) => publicationsIn(change, of)));
      if (rows.length < PAGE || found.length >= max) return found.slice(0, max);
      before = rows.at(-1)!.change.revision;
    }
  }

  /** A page of the changes behind a revision that may be about an id, newest first. */
  async #naming(id: string, before: number | null): Promise<{ change: WorkspaceChange }[]> {
    const params = [JSON.stringify(id), before];
    const { rows } = await classified(() => this.#database.pool.query<{ change: WorkspaceChange }>(NAMING, params));
    return rows;
  }

  async announced(revision: number): Promise<void> {
    await classified(() =>
      this.#database.pool.query('update ingestion.workspace_changes set announced = true where revision = $1', [
        revision,
      ]),
    );
  }
}
