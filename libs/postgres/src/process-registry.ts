import type { EpochMs, ServiceName } from '@waymark/contracts';
import { classified } from './classify-error.js';
import type { Database } from './database.js';
import { loadSql } from './load-sql.js';

/** A process is taken for gone when it has not been heard of for this long. */
const SILENT_S = 60;

/** One process that works on the database. */
export interface SeenProcess {
  /** Unique for each life of a process. */
  id: string;
  services: ServiceName[];
  version: string;
  /** Its clock against the database's when it was last heard of, in milliseconds; ahead is positive. */
  skewMs: number;
  /** Partitions that a defect has stopped. */
  stopped: { service: ServiceName; partition: number; error: string }[];
  /** Environment variables that channels in use there refer to and cannot find. */
  unset: string[];
}

/** How far a service has come in one partition. */
export interface ServiceProgress {
  service: ServiceName;
  partition: number;
  nextOffset: number;
  /** Workspace revision in use. */
  revision: number;
  /** Batches whose outputs are not yet known to be in the log. */
  outbox: number;
}

type Troubles = Pick<SeenProcess, 'stopped' | 'unset'>;
type Row = Omit<SeenProcess, 'skewMs' | keyof Troubles> & { skew_ms: number; troubles: Troubles };

const REPORT = loadSql('report-process');
const PROGRESS = loadSql('progress-of-services');

/** What the processes of one cluster say of themselves, and how far their services have come. All reject with STORE_UNAVAILABLE. */
export class ProcessRegistry {
  readonly #pool: Database['pool'];

  constructor({ pool }: Pick<Database, 'pool'>) {
    this.#pool = pool;
  }

  /** Says that a process lives, what its clock shows, and what has stopped in it. */
  async report({ id, services, version, ...troubles }: Omit<SeenProcess, 'skewMs'>, now: EpochMs): Promise<void> {
    await classified(() => this.#pool.query(REPORT, [id, services, version, now, JSON.stringify(troubles)]));
  }

  /** A process that ends in good order is not looked for. */
  async remove(id: string): Promise<void> {
    await classified(() => this.#pool.query('delete from runtime.processes where id = $1', [id]));
  }

  /** The processes heard of within the last minute; forgets the others. */
  async living(): Promise<SeenProcess[]> {
    const silent = `seen_at < clock_timestamp() - interval '${SILENT_S} seconds'`;
    await classified(() => this.#pool.query(`delete from runtime.processes where ${silent}`));
    const { rows } = await classified(() =>
      this.#pool.query<Row>(
        'select id, services, version, skew_ms, troubles from runtime.processes order by services, id',
      ),
    );
    return rows.map(({ skew_ms: skewMs, troubles, ...process }) => ({ ...process, skewMs, ...troubles }));
  }

  /** Of every service in every partition it has saved. */
  async progress(): Promise<ServiceProgress[]> {
    const { rows } = await classified(() =>
      this.#pool.query<Omit<ServiceProgress, 'nextOffset'> & { next_offset: number }>(PROGRESS),
    );
    return rows.map(({ next_offset: nextOffset, ...rest }) => ({ ...rest, nextOffset }));
  }
}
