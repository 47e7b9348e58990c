import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LetterId, LogRecord } from '@waymark/contracts';
import { PostgresEventLog } from '@waymark/embedded-log';
import { KafkaEventLog } from '@waymark/kafka';
import { ManualClock, type EventLog } from '@waymark/ports';
import {
  PostgresDispatchStore,
  PostgresIngestionStore,
  PostgresJourneyStore,
  PostgresPersonalizationStore,
  type AppendInTransaction,
} from '@waymark/postgres';
import { deadLetterRecord } from '@waymark/stream';
import { createTestDatabase, describeWith, testKafka, type TestDatabase } from '@waymark/testkit';
import { PoisonRing } from '../testing/poison-ring.js';
import { READERS, VALID, type RingTopic } from '../testing/poison-records.js';
import { DeadLettersApi } from './dead-letters-api.js';

const START = Date.parse('2026-05-04T08:00:00Z');
const TOPICS = Object.keys(READERS) as RingTopic[];
/** No JSON and no UTF-8, with a zero byte. */
const BYTES = Buffer.from([0x7b, 0xff, 0x00, 0xc3]).toString('base64');

interface OpenLog {
  log: EventLog;
  appendOutputs?: AppendInTransaction;
  close(): Promise<void>;
}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** Dead letters of the four services, their state in PostgreSQL, on a log with one partition. */
function deadLettersOn(open: () => Promise<OpenLog>): void {
  let opened: OpenLog;
  let ring: PoisonRing;
  let api: DeadLettersApi;
  const clock = new ManualClock(START);

  beforeEach(async () => {
    for (const schema of ['ingestion', 'journey', 'personalization', 'dispatch']) await test.empty(schema);
    opened = await open();
    const stores = { database: test.database, appendOutputs: opened.appendOutputs };
    ring = await PoisonRing.on({
      log: opened.log,
      clock,
      ingestion: new PostgresIngestionStore(stores),
      journey: new PostgresJourneyStore(stores),
      personalization: new PostgresPersonalizationStore(stores),
      dispatch: new PostgresDispatchStore(stores),
    });
    api = new DeadLettersApi({ log: opened.log, clock });
  });
  afterEach(() => opened.close());

  const idsOf = async (query: { redriven?: boolean } = {}): Promise<LetterId[]> =>
    (await api.list({ limit: 100, ...query })).letters.map(({ id }) => id);

  it('keep the bytes of what was refused, and give them back to its topic', async () => {
    const headers = { 'wm-source': 'somebody/else', odd: 'Zoë' };
    await opened.log.append(
      TOPICS.map((topic) => ({ topic, key: 'ada', partition: 0, value: BYTES, encoding: 'base64' as const, headers })),
    );
    await ring.settle();
    const ids = await idsOf();
    expect(ids).toHaveLength(TOPICS.length);
    for (const id of ids)
      expect(await api.letter(id)).toMatchObject({
        code: 'INVALID_UTF8',
        key: 'ada',
        value: BYTES,
        encoding: 'base64',
        headers,
      });
    await api.redrive(ids);
    await ring.settle();
    const again = await Promise.all((await idsOf({ redriven: false })).map((id) => api.letter(id)));
    expect(again.map(({ value, encoding }) => [value, encoding])).toEqual(TOPICS.map(() => [BYTES, 'base64']));
    expect(new Set(again.map((letter) => letter.redriveOf))).toEqual(new Set(ids));
  });

  it('have their effect once, though two processes redrive them at the same time and one of them again', async () => {
    for (const topic of TOPICS) {
      const value = JSON.stringify(VALID[topic].of(`ada-${topic}`));
      const record: LogRecord = { topic, partition: 0, offset: 0, key: 'ada', value, headers: {} };
      const refused = { record, code: 'UNKNOWN_SCHEMA_VERSION', detail: 'an older version could not read it' };
      await opened.log.append([
        { ...deadLetterRecord(refused, { service: READERS[topic], now: START }), partition: 0 },
      ]);
    }
    const ids = await idsOf();
    const elsewhere = new DeadLettersApi({ log: opened.log, clock });
    await Promise.all([api.redrive(ids), elsewhere.redrive(ids)]);
    await ring.settle();
    expect((await elsewhere.redrive(ids)).map(({ result }) => result)).toEqual(ids.map(() => 'already'));
    await ring.settle();
    expect(await idsOf({ redriven: false })).toEqual([]);
    for (const topic of TOPICS) expect(await madeOf(`ada-${topic}`)).toBe(VALID[topic].makes.length);
  });

  it('are listed in pages, newest first', async () => {
    const values = Array.from({ length: 250 }, (_, n) => `{${n}`);
    await opened.log.append(values.map((value) => ({ topic: 'events' as const, key: 'ada', partition: 0, value })));
    await ring.settle();
    const ids: LetterId[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.list({ limit: 120, cursor });
      ids.push(...page.letters.map(({ id }) => id));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(ids).toEqual(values.map((_, n) => `0-${249 - n}`));
  });

  /** How many records were made of a customer's, beside those that were redriven. */
  async function madeOf(customer: string): Promise<number> {
    const read = (topic: RingTopic): Promise<LogRecord[]> =>
      opened.log.read({ topic, partition: 0, offset: 0, max: 1_000 });
    const records = (await Promise.all(TOPICS.map(read))).flat();
    const hers = records.filter(({ value }) => value.includes(`"${customer}"`));
    return hers.filter(({ headers }) => headers['wm-source']?.startsWith('redrive/') !== true).length;
  }
}

describe('dead letters on PostgreSQL', () => {
  deadLettersOn(async () => {
    await test.empty('log');
    const log = await PostgresEventLog.open(test.database, 1);
    return { log, appendOutputs: log.appendInTransaction, close: async () => undefined };
  });
});

describeWith('kafka', 'dead letters on Kafka', () => {
  deadLettersOn(async () => {
    const { brokers } = await testKafka();
    const log = await KafkaEventLog.open({
      brokers,
      clientId: 'dead-letters',
      ssl: false,
      topicPrefix: `${randomUUID()}.`,
      partitions: 1,
      onWarning: () => undefined,
    });
    return { log, close: () => log.close() };
  });
});
