import { WaymarkError } from '@waymark/contracts';
import pg from 'pg';
import { DataSource, type EntitySchema, type MixedList } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { classified } from './classify-error.js';
import { sourceEntity } from './ingestion/source-entity.js';
import { MIGRATIONS } from './migrations.js';
import { withClient } from './transaction.js';

const INT8 = 20;
/** Any number, the same in all versions: whoever migrates holds it. */
const MIGRATION_LOCK = 7_229_136;
/** How the name of a migration begins that takes away what an older version needs. */
const CONTRACT = 'Contract';

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  poolMax: number;
  applicationName: string;
}

/** What runs a statement: the pool, or a client in a transaction. */
export interface Queryable {
  query<R extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<R>>;
}

/** The connection to PostgreSQL: TypeORM for migrations and administration, its pool for the written SQL. */
export class Database {
  readonly dataSource: DataSource;

  private constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  /** Connects. Rejects with STORE_UNAVAILABLE, which says where, when there is no server. */
  static async connect({ url, poolMax, applicationName }: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      applicationName,
      poolSize: poolMax,
      synchronize: false,
      entities: [sourceEntity] as MixedList<EntitySchema>,
      migrations: MIGRATIONS,
      migrationsTableName: 'waymark_migrations',
      extra: { types: { getTypeParser: typeParser }, connectionTimeoutMillis: 10_000, pipeline: true },
    });
    try {
      await classified(() => dataSource.initialize());
    } catch (error) {
      throw saysWhere(error as WaymarkError, url);
    }
    return new Database(dataSource);
  }

  get pool(): pg.Pool {
    return (this.dataSource.driver as PostgresDriver).master as pg.Pool;
  }

  /** Brings the schemas up to date, one process at a time. Rejects when the database is newer than this program. */
  async migrate(): Promise<void> {
    await withClient(this.pool, async (client) => {
      await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      try {
        const { newer } = await this.schemaState();
        if (newer.length > 0) throw newerDatabase(newer[0]!);
        await this.dataSource.runMigrations({ transaction: 'each' });
      } finally {
        await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      }
    });
  }

  /**
   * Whether this program can work with the schemas as they are; resolves with the migrations that a newer version has added
   * to them. Rejects with NOT_READY while some of its own are missing, and with DATA_FOLDER_VERSION where a newer version
   * has taken away what this one needs: migrations named `Contract…` do, all others only ever add.
   */
  async checkMigrated(): Promise<string[]> {
    const { missing, newer } = await this.schemaState();
    const contracting = newer.find((name) => name.startsWith(CONTRACT));
    if (contracting !== undefined) throw newerDatabase(contracting);
    if (missing.length > 0)
      throw new WaymarkError(
        'NOT_READY',
        `the database lacks ${missing.length} migration(s), ${missing[0]} first: run \`waymark migrate\` with this version`,
      );
    return newer;
  }

  /** Migrations of this program that the database lacks, and those it has that this program does not know. */
  async schemaState(): Promise<{ missing: string[]; newer: string[] }> {
    const known = MIGRATIONS.map(({ name }) => name);
    const { rows: exists } = await classified(() =>
      this.pool.query<{ found: string | null }>(`select to_regclass('waymark_migrations')::text as found`),
    );
    if (!exists[0]?.found) return { missing: known, newer: [] };
    const { rows } = await classified(() =>
      this.pool.query<{ name: string }>('select name from waymark_migrations order by id'),
    );
    const done = rows.map(({ name }) => name);
    return {
      missing: known.filter((name) => !done.includes(name)),
      newer: done.filter((name) => !known.includes(name)),
    };
  }

  /** Whether the database answers; undefined, or one sentence. */
  async problem(): Promise<string | undefined> {
    try {
      await this.pool.query('select 1');
      return undefined;
    } catch (error) {
      return `PostgreSQL does not answer: ${(error as Error).message}`;
    }
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}

function newerDatabase(migration: string): WaymarkError {
  return new WaymarkError(
    'DATA_FOLDER_VERSION',
    `the database was migrated by a newer Waymark (${migration} is not known here): start that version, or restore a backup made before it`,
  );
}

function saysWhere(error: WaymarkError, url: string): WaymarkError {
  if (error.code !== 'STORE_UNAVAILABLE') return error;
  const { host } = new URL(url);
  return new WaymarkError('STORE_UNAVAILABLE', `${error.message} (PostgreSQL at ${host || 'a local socket'})`, {
    cause: error,
  });
}

/** 64-bit integers as numbers: ours are counts, offsets and milliseconds, all far below 2^53. */
function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format);
}
