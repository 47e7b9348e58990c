import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { describeWith } from './describe-with.js';
import { createTestDatabase } from './test-database.js';
import { testKafka } from './test-kafka.js';
import { testRedis } from './test-redis.js';

describeWith('postgres', 'the PostgreSQL of a run', () => {
  it('keeps a row', async () => {
    const { database, drop } = await createTestDatabase({ migrated: false });
    await database.pool.query(`create table kept as select 'Zoë' as name`);
    expect((await database.pool.query('select name from kept')).rows).toEqual([{ name: 'Zoë' }]);
    await drop();
  });
});

describeWith('redis', 'the Redis of a run', () => {
  it('keeps a value, and tells its version', async () => {
    const { url, version } = await testRedis();
    expect(version).toMatch(/^\d+\.\d+/);
    const redis = new Redis(url);
    const key = `testkit:${randomUUID()}`;
    await redis.set(key, 'Zoë');
    expect(await redis.getdel(key)).toBe('Zoë');
    redis.disconnect();
  });
});

describeWith('kafka', 'the Kafka of a run', () => {
  it('keeps a record, and the first group is joined at once', async () => {
    const { brokers } = await testKafka();
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const topic = `testkit-${randomUUID()}`;
    const [admin, producer, consumer] = [kafka.admin(), kafka.producer(), kafka.consumer({ groupId: topic })];
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await producer.send({ topic, acks: -1, messages: [{ key: 'ada', value: 'Zoë' }] });
    await consumer.subscribe({ topic, fromBeginning: true });
    const value = await new Promise((got) => {
      void consumer.run({ eachMessage: async ({ message }) => got(message.value?.toString()) });
    });
    expect(value).toBe('Zoë');
    await Promise.all([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
  }, 30_000);
});
