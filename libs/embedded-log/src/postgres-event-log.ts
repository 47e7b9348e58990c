import { readFileSync } from 'node:fs';
import { TOPICS, WaymarkError, type LogRecord, type NewRecord, type Topic } from '@waymark/contracts';
import { placeOf, type EventLog } from '@waymark/ports';
import { boundValues, classified, type AppendInTransaction, type Database, type Queryable } from '@waymark/postgres';

const sql = (name: string): { name: string; text: string } => ({
  name: `waymark_log_${name}`,
  text: readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), 'utf8'),
});
const APPEND = sql('append');
const READ = sql('read');
const TRIM = sql('trim');

/** How soon a record that another process appended is noticed, in milliseconds; one's own are noticed at once. */
const POLL_MS = 500;
const TRIM_MAX = 10_000;

const END_OFFSETS = {
  name: 'waymark_log_ends',
  text: 'select topic, partition, next_offset as "end" from log.partitions',
};

/** Where a partition ends. */
interface End extends Record<string, unknown> {
  topic: Topic;
  partition: number;
  end: number;
}

type Row = Pick<LogRecord, 'offset' | 'key' | 'value' | 'headers'> & { encoding: 'base64' | null };

/** The log in PostgreSQL tables: for a single process, or few. Appends can be part of a transaction. */
export class PostgresEventLog implements EventLog {
  readonly partitions: number;
  readonly #database: Database;
  readonly #waiters = new Map<string, Set<() => void>>();
  /** Where partitions end at least, by what was appended here. */
  readonly #knownEnds = new Map<string, number>();

  private constructor(database: Database, partitions: number) {
    this.#database = database;
    this.partitions = partitions;
  }

  /** Opens the log, making its partitions the first time. Rejects when it was made with another number of them. */
  static async open(database: Database, partitions: number): Promise<PostgresEventLog> {
    const { pool } = database;
    const { rows } = await classified(() =>
      pool.query<{ count: number }>('select count(*)::int as count from log.partitions where topic = $1', [TOPICS[0]]),
    );
    const found = rows[0]!.count;
    if (found !== 0 && found !== partitions) {
      throw new WaymarkError(
        'INVALID_CONFIGURATION',
        `the log has ${found} partitions, WAYMARK_PARTITIONS says ${partitions}: the number is fixed when the log is made; set it to ${found}`,
      );
    }
    await classified(() =>
      pool.query(
        `insert into log.partitions (topic, partition) select t, p from unnest($1::text[]) t, generate_series(0, $2::int - 1) p on conflict do nothing`,
        [TOPICS, partitions],
      ),
    );
    return new PostgresEventLog(database, partitions);
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    this.#arrived(await classified(() => this.#insert(this.#database.pool, records)));
  }

  /** Appends as part of a transaction; what it resolves with wakes the readers and is to be called after the commit. */
  readonly appendInTransaction: AppendInTransaction = async (tx, records) => {
    const ends = await this.#insert(tx, records);
    return () => this.#arrived(ends);
  };

  async read({ topic, partition, offset, max }: Parameters<EventLog['read']>[0]): Promise<LogRecord[]> {
    const { rows } = await classified(() =>
      this.#database.pool.query<Row & Record<string, unknown>>({ ...READ, values: [topic, partition, offset, max] }),
    );
    return rows.map(({ encoding, ...row }) => ({ topic, partition, ...row, ...(encoding !== null && { encoding }) }));
  }

  /** Resolves for records appended here, also since the reader's last read, at once, and for those of other processes soon. */
  waitFor({ topic, partition, offset }: Parameters<EventLog['waitFor']>[0], signal: AbortSignal): Promise<void> {
    const key = place(topic, partition);
    if (signal.aborted || (this.#knownEnds.get(key) ?? 0) > offset) return Promise.resolve();
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, POLL_MS);
      waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async endOffset({ topic, partition }: Parameters<EventLog['endOffset']>[0]): Promise<number> {
    const query = {
      name: 'waymark_log_end',
      text: 'select next_offset from log.partitions where topic = $1 and partition = $2',
      values: [topic, partition],
    };
    const { rows } = await classified(() => this.#database.pool.query<{ next_offset: number }>(query));
    return rows[0]?.next_offset ?? 0;
  }

  /** Where every partition ends, in one query; 0 for one that does not exist. */
  async endOffsets(): Promise<(at: { topic: Topic; partition: number }) => number> {
    const { rows } = await classified(() => this.#database.pool.query<End>(END_OFFSETS));
    const ends = new Map(rows.map((row) => [place(row.topic, row.partition), row.end]));
    return ({ topic, partition }) => ends.get(place(topic, partition)) ?? 0;
  }

  /** Forgets records below `offset`, some at a time; resolves with how many. Only what every reader has processed may be given. */
  async trim({ topic, partition, offset }: { topic: Topic; partition: number; offset: number }): Promise<number> {
    const { rowCount } = await classified(() =>
      this.#database.pool.query({ ...TRIM, values: [topic, partition, offset, TRIM_MAX] }),
    );
    return rowCount ?? 0;
  }

  async #insert(tx: Queryable, records: readonly NewRecord[]): Promise<End[]> {
    if (records.length === 0) return [];
    const values = boundValues([
      records.map(({ topic }) => topic),
      records.map((record) => placeOf(record, this.partitions)),
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => JSON.stringify(headers ?? {})),
      records.map(({ encoding }) => encoding ?? null),
    ]);
    return (await tx.query<End>({ ...APPEND, values })).rows;
  }

  /** Records that are committed now. Two appends may commit in one order and be told of in the other. */
  #arrived(ends: readonly End[]): void {
    for (const { topic, partition, end } of ends) {
      const key = place(topic, partition);
      this.#knownEnds.set(key, Math.max(end, this.#knownEnds.get(key) ?? 0));
      for (const wake of [...(this.#waiters.get(key) ?? [])]) wake();
    }
  }
}

function place(topic: Topic, partition: number): string {
  return `${topic}/${partition}`;
}
