import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@waymark/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import { ensureTopics } from './ensure-topics.js';
import { TopicNames } from './topic-names.js';

const names = new TopicNames('w.');
const kafkaError = (type: string): Error => Object.assign(new Error('words'), { type });

interface Given {
  existing?: string[];
  partitions?: number;
  failure?: Error;
}

function admin({ existing = [], partitions = 2, failure }: Given): { admin: Admin; created: ITopicConfig[] } {
  const created: ITopicConfig[] = [];
  const fake = {
    listTopics: async () => existing,
    async createTopics({ topics }: { topics: ITopicConfig[] }) {
      if (failure) throw failure;
      created.push(...topics);
    },
    fetchTopicMetadata: async ({ topics }: { topics: string[] }) => ({
      topics: topics.map((name) => ({ name, partitions: Array.from({ length: partitions }, () => ({})) })),
    }),
  };
  return { admin: fake as unknown as Admin, created };
}

describe('ensureTopics', () => {
  it('makes only what is missing', async () => {
    const existing = TOPICS.filter((topic) => topic !== 'actions').map((topic) => `w.${topic}`);
    const { admin: it, created } = admin({ existing });
    await ensureTopics(it, names, { partitions: 2, replicationFactor: 3 });
    expect(created).toEqual([
      {
        topic: 'w.actions',
        numPartitions: 2,
        replicationFactor: 3,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: '604800000' },
          { name: 'max.message.bytes', value: '8388608' },
          { name: 'min.insync.replicas', value: '2' },
        ],
      },
    ]);
  });

  it('leaves copies to the brokers when nothing is said about them', async () => {
    const { admin: it, created } = admin({});
    await ensureTopics(it, names, { partitions: 2 });
    const all = created.flatMap(({ configEntries }) => configEntries!.map(({ name }) => name));
    expect([created.length, all.includes('min.insync.replicas'), 'replicationFactor' in created[0]!]).toEqual([
      5,
      false,
      false,
    ]);
  });

  it.each([
    ['INVALID_REPLICATION_FACTOR', 'INVALID_CONFIGURATION', /fewer brokers than KAFKA_REPLICATION_FACTOR \(3\)/],
    ['TOPIC_AUTHORIZATION_FAILED', 'INVALID_CONFIGURATION', /grant CREATE/],
    ['CLUSTER_AUTHORIZATION_FAILED', 'INVALID_CONFIGURATION', /grant CREATE/],
    ['POLICY_VIOLATION', 'INVALID_CONFIGURATION', /a policy of the brokers/],
    ['REQUEST_TIMED_OUT', 'LOG_UNAVAILABLE', /Kafka cannot be used now/],
  ])('tells of %s as %s', async (type, code, words) => {
    const { admin: it } = admin({ failure: Object.assign(new Error(''), { errors: [kafkaError(type)] }) });
    const made = ensureTopics(it, names, { partitions: 2, replicationFactor: 3 });
    await expect(made).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it('refuses another number of partitions', async () => {
    const { admin: it } = admin({ partitions: 3 });
    await expect(ensureTopics(it, names, { partitions: 2 })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/^topic w\.\S+ has 3 partitions, WAYMARK_PARTITIONS says 2: .* set it to 3/),
    });
  });
});
