/**
 * Keeps the history's partitions: one a month (UTC) by the day on which the database wrote a row, made ahead, dropped when past
 * retention.
 *
 *   (none) --make--> attached --mark, detach--> detaching --> detached --drop--> (none)
 *
 * - A partition is made by whoever finds that it is missing; all others wait for that short transaction and find it made.
 * - One is dropped by whoever holds the lock for it; the others leave it to her. What a crash or a long reader interrupts is found by
 *   its mark and ended the next time. What is detached by hand has no mark, and is left alone.
 * - Nothing here takes a lock that a batch or a reader waits for (ADR 26), and nothing waits for long.
 */
import { WaymarkError, type EpochMs } from '@waymark/contracts';
import type pg from 'pg';
import { classified } from '../classify-error.js';
import type { Database } from '../database.js';
import { loadSql } from '../load-sql.js';
import { inTransaction, withClient } from '../transaction.js';
import { historyMonth, isBefore, monthsFrom, type HistoryMonth } from './history-month.js';

/** Months made ahead: also how long a version from before partitions goes on after a rollback, as it makes none. */
const AHEAD = 6;
/** How long to wait for others, in milliseconds, before it is left for the next time. */
const WAIT_MS = 5_000;
const MAKE_LOCK = 7_229_137;
const DROP_LOCK = 7_229_138;
const MARK = 'waymark: past its retention, to be dropped';

const PARTITIONS = loadSql('journey/history-partitions');
const ATTACH = loadSql('journey/attach-history-month');

type State = 'attached' | 'detaching' | 'detached' | 'held';
type Known = HistoryMonth & { state: State };

export class HistoryPartitions {
  readonly #pool: pg.Pool;
  readonly #waitMs: number;

  constructor({ pool }: Pick<Database, 'pool'>, { waitMs = WAIT_MS } = {}) {
    this.#pool = pool;
    this.#waitMs = waitMs;
  }

  /** Makes the partitions of this month and of those to come, where they are missing; resolves with the names of those made. */
  async make(now: EpochMs): Promise<string[]> {
    if (missing(await this.#known(this.#pool), now).length === 0) return [];
    return inTransaction(this.#pool, async (client) => {
      await client.query(`set local lock_timeout = ${this.#waitMs}`);
      await client.query('select pg_advisory_xact_lock($1)', [MAKE_LOCK]);
      const months = missing(await this.#known(client), now);
      for (const month of months) await client.query(attaching(month));
      return months.map(({ name }) => name);
    });
  }

  /**
   * Drops partitions of which all was written before a moment, what was begun before first; resolves with their names, none where
   * another process is at it. Rejects with STORE_UNAVAILABLE where somebody holds a partition.
   */
  async dropBefore(moment: EpochMs): Promise<string[]> {
    const due = async (): Promise<Known[]> =>
      (await this.#known(this.#pool)).filter((each) => isDue(each, moment)).sort(begunFirst);
    if ((await due()).length === 0) return [];
    return withClient(this.#pool, async (client, discard) => {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [DROP_LOCK]);
      if (!rows[0]!.mine) return [];
      try {
        await client.query(`set lock_timeout = ${this.#waitMs}`);
        const partitions = await due();
        for (const partition of partitions) await this.#drop(client, partition, discard);
        return partitions.map(({ name }) => name);
      } finally {
        await client.query('reset lock_timeout').catch(discard);
        await client.query('select pg_advisory_unlock($1)', [DROP_LOCK]).catch(discard);
      }
    });
  }

  /** One that is still attached after all is not to be dropped should somebody detach it by hand. */
  async #drop(client: pg.PoolClient, partition: Known, discard: (why: Error) => void): Promise<void> {
    try {
      await drop(client, partition);
    } catch (error) {
      await this.#unmark(client, partition.name).catch(discard);
      throw error;
    }
  }

  async #unmark(client: pg.PoolClient, name: string): Promise<void> {
    const isAttached = (await this.#known(client)).some((each) => each.name === name && each.state === 'attached');
    if (isAttached) await client.query(`comment on table journey.${name} is null`);
  }

  async #known(tx: pg.Pool | pg.PoolClient): Promise<Known[]> {
    const { rows } = await classified(() => tx.query<{ name: string; state: State }>(PARTITIONS, [MARK]));
    return rows.flatMap(({ name, state }) => {
      const month = historyMonth(name);
      return month ? [{ ...month, state }] : [];
    });
  }
}

/** Months that no partition covers; the first one covers all before its end. */
function missing(known: readonly Known[], now: EpochMs): HistoryMonth[] {
  const attached = known.filter(({ state }) => state === 'attached');
  return monthsFrom(now, 1 + AHEAD).filter(
    (month) => !attached.some(({ name, from, to }) => name === month.name || (from === undefined && month.to <= to)),
  );
}

function isDue(partition: Known, moment: EpochMs): boolean {
  return partition.state !== 'attached' || isBefore(partition, moment);
}

function attaching({ name, from, to }: HistoryMonth): string {
  return ATTACH.replaceAll('{name}', name).replaceAll('{from}', from!).replaceAll('{to}', to);
}

function begunFirst(a: Known, b: Known): number {
  return Number(a.state === 'attached') - Number(b.state === 'attached');
}

/** Each statement by itself: detaching without a lock that others notice cannot be part of a transaction. */
async function drop(client: pg.PoolClient, { name, state }: Known): Promise<void> {
  if (state === 'held')
    throw new WaymarkError(
      'STORE_UNAVAILABLE',
      `somebody has begun to detach journey.${name} and not ended it: \`alter table journey.history detach partition journey.${name} finalize\``,
    );
  const detach = `alter table journey.history detach partition journey.${name}`;
  if (state === 'attached') {
    await client.query(`comment on table journey.${name} is '${MARK}'`);
    await client.query(`${detach} concurrently`);
  } else if (state === 'detaching') await client.query(`${detach} finalize`);
  await client.query(`drop table journey.${name}`);
}
