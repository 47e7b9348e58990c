import { describe, expect, it } from '@jest/globals';
import type { ProvidedServer } from './provide-server.js';
import type { ServerName } from './server-name.js';
import { summarise } from './summarise.js';

const REDIS: [ServerName, ProvidedServer] = [
  'redis',
  { way: 'docker', address: 'redis://:secret@x', version: '7.0.15' },
];
const KAFKA: [ServerName, ProvidedServer] = ['kafka', { way: 'native', address: 'x:1', version: '4.1.0' }];

describe('what a test run says at its end', () => {
  it('names the servers, their versions and where they came from', () => {
    expect(summarise(new Map([REDIS, KAFKA]), [])).toEqual([
      'Real servers: Redis 7.0.15 (docker), Kafka 4.1.0 (native).',
    ]);
  });

  it('counts and names the suites that did not run, and what each would need', () => {
    const skipped = [
      { suite: 'the log', missing: ['kafka' as const] },
      { suite: 'the cluster', missing: ['redis' as const, 'kafka' as const] },
    ];
    expect(summarise(new Map(), skipped)).toEqual([
      'Skipped for want of a server: 2 suites.',
      '  the log: Kafka is missing: set WAYMARK_TEST_KAFKA_BROKERS, or start Docker, or install Java 17 or newer and Maven',
      '  the cluster: Redis is missing: set WAYMARK_TEST_REDIS_URL, or start Docker, or install redis-server; Kafka is missing: set WAYMARK_TEST_KAFKA_BROKERS, or start Docker, or install Java 17 or newer and Maven',
    ]);
  });

  it('is nothing when no server was asked for', () => {
    expect(summarise(new Map(), [])).toEqual([]);
  });
});
