import type { EpochMs } from '@waymark/contracts';
import { addDuration, negative, parseDuration, type Duration } from '@waymark/customer-context';
import { prepared } from '../batch/statement.js';
import { classified } from '../classify-error.js';
import type { Database } from '../database.js';
import { loadSql } from '../load-sql.js';
import { HistoryPartitions } from './history-partitions.js';
import { PostgresJourneyStore } from './postgres-journey-store.js';

/** Rows of one page: some milliseconds of work. */
const PAGE_MAX = 1_000;
const DATE_ENDED = loadSql('journey/date-ended');

/** What was removed, by what it is. */
export type Forgotten = Record<'instances' | 'recent-events' | 'refusals', number>;

/**
 * Keeps journey-state's tables as small as their retention says: made ahead, forgotten page by page, dropped month by month. Any process
 * may do any of it at any time, also several at once. All reject with what may be tried again.
 */
export class JourneyHousekeeping {
  readonly #pool: Database['pool'];
  readonly #history: HistoryPartitions;
  readonly #store: PostgresJourneyStore;
  readonly #retention: Duration;

  /** `retention` is an ISO 8601 duration. */
  constructor(database: Database, retention: string) {
    this.#pool = database.pool;
    this.#history = new HistoryPartitions(database);
    this.#store = new PostgresJourneyStore({ database });
    this.#retention = parseDuration(retention);
  }

  /** Makes the history's partitions of the months to come, by the database's clock, as rows are dated. Resolves with their names. */
  async makePartitions(): Promise<string[]> {
    return this.#history.make(await this.#databaseNow());
  }

  /** Drops the history's partitions of which all was written longer ago than the retention, by the database's clock. Resolves with their names. */
  async dropPartitions(): Promise<string[]> {
    return this.#history.dropBefore(this.#since(await this.#databaseNow()));
  }

  /** Forgets a page of what is over, by the services' clock. */
  async forgetPage(now: EpochMs): Promise<{ forgotten: Forgotten; isLast: boolean }> {
    const dated = await this.#dateEnded(now);
    const page = { endedBefore: this.#since(now), now, max: PAGE_MAX };
    const { instances, recent, notEligible } = await this.#store.forget(page);
    return {
      forgotten: { instances, 'recent-events': recent, refusals: notEligible },
      isLast: Math.max(dated, instances, recent, notEligible) < PAGE_MAX,
    };
  }

  async #dateEnded(now: EpochMs): Promise<number> {
    const page = prepared({ text: DATE_ENDED, values: [now, PAGE_MAX] });
    return (await classified(() => this.#pool.query(page))).rowCount ?? 0;
  }

  /** A process whose clock is off must not take history away. */
  async #databaseNow(): Promise<EpochMs> {
    const text = 'select (extract(epoch from now()) * 1000)::bigint as now';
    const { rows } = await classified(() => this.#pool.query<{ now: EpochMs }>(text));
    return rows[0]!.now;
  }

  #since(now: EpochMs): EpochMs {
    return addDuration(now, negative(this.#retention), 'UTC');
  }
}
