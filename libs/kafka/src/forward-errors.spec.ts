import { beforeEach, describe, expect, it } from '@jest/globals';
import { logLevel } from 'kafkajs';
import { forwardErrors } from './forward-errors.js';

let told: string[];
let now: number;
let log: (message: string, level?: logLevel) => void;

beforeEach(() => {
  told = [];
  now = 0;
  const forward = forwardErrors(
    (error) => told.push(error.message),
    () => now,
  );
  log = (message, level = logLevel.ERROR) => forward({ level, log: { timestamp: '', message } });
});

describe('forwardErrors', () => {
  it('tells of errors, and of nothing less', () => {
    log('Connection error: connect ECONNREFUSED');
    log('Limiting retries', logLevel.WARN);
    log('Stopped', logLevel.INFO);
    expect(told).toEqual(['the Kafka client: Connection error: connect ECONNREFUSED']);
  });

  it.each(['Response Heartbeat(key: 12, version: 3)', 'Crash: KafkaJSError: words', 'Failed to send messages: words'])(
    'leaves %s to who is told anyway',
    (message) => {
      log(message);
      expect(told).toEqual([]);
    },
  );

  it('says the same once in half a minute', () => {
    for (now of [0, 10, 29_999, 30_000, 59_999]) log('away');
    log('another');
    expect(told).toEqual(['the Kafka client: away', 'the Kafka client: away', 'the Kafka client: another']);
  });

  it('remembers a bounded number of messages', () => {
    for (let nth = 0; nth <= 100; nth += 1) log(`message ${nth}`);
    log('message 0');
    log('message 100');
    expect(told.slice(100)).toEqual(['the Kafka client: message 100', 'the Kafka client: message 0']);
  });
});
