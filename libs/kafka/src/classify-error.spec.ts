import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import * as kafkajs from 'kafkajs';
import { classified, classifyKafkaError, isAnswer, isNotLetIn, reasonOf } from './classify-error.js';

/** Of the classes that kafkajs exports, its types lack some, and some parameters. */
const classes = kafkajs as unknown as Record<string, new (...args: unknown[]) => Error>;
const made = (name: string, ...args: unknown[]): Error => new classes[name]!(...args);
const protocol = (type: string, retriable = false): Error =>
  made('KafkaJSProtocolError', Object.assign(new Error('words'), { type, code: 1, retriable }));
const nonRetriable = (message: string, cause?: Error): Error => made('KafkaJSNonRetriableError', message, { cause });
const retriesExceeded = (cause: Error): Error =>
  made('KafkaJSNumberOfRetriesExceeded', cause, { retryCount: 5, retryTime: 1_000 });
const connectionError = made('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED', {
  broker: 'localhost:1',
  code: 'ECONNREFUSED',
});

describe('classifyKafkaError', () => {
  it.each([
    { what: 'a broker that is not there', error: connectionError, reason: 'Connection error: connect ECONNREFUSED' },
    {
      what: 'a connection that was closed',
      error: made('KafkaJSConnectionClosedError', 'Closed connection', { host: 'localhost', port: 1 }),
      reason: 'Closed connection',
    },
    {
      what: 'a broker that does not answer',
      error: made('KafkaJSRequestTimeoutError', 'Request Produce timed out'),
      reason: 'Request Produce timed out',
    },
    {
      what: 'something that was tried often enough',
      error: retriesExceeded(protocol('NOT_ENOUGH_REPLICAS', true)),
      reason: 'NOT_ENOUGH_REPLICAS: words',
    },
    {
      what: 'something wrapped',
      error: nonRetriable('words', protocol('UNKNOWN_PRODUCER_ID')),
      reason: 'UNKNOWN_PRODUCER_ID: words',
    },
    {
      what: 'a producer out of order',
      error: protocol('OUT_OF_ORDER_SEQUENCE_NUMBER'),
      reason: 'OUT_OF_ORDER_SEQUENCE_NUMBER: words',
    },
    {
      what: 'a producer that is fenced',
      error: protocol('INVALID_PRODUCER_EPOCH'),
      reason: 'INVALID_PRODUCER_EPOCH: words',
    },
    {
      what: 'a right that is missing',
      error: protocol('TOPIC_AUTHORIZATION_FAILED'),
      reason: 'TOPIC_AUTHORIZATION_FAILED: words',
    },
    {
      what: 'a producer that is closed',
      error: made('KafkaJSError', 'The producer is disconnected'),
      reason: 'The producer is disconnected',
    },
    {
      what: 'no coordinator',
      error: made('KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator'),
      reason: 'Failed to find group coordinator',
    },
    {
      what: 'no metadata',
      error: made('KafkaJSMetadataNotLoaded', 'Topic metadata not loaded'),
      reason: 'Topic metadata not loaded',
    },
    {
      what: 'several errors at once',
      error: Object.assign(new Error(''), { errors: [protocol('INVALID_CONFIG')] }),
      reason: 'INVALID_CONFIG: words',
    },
    { what: 'a mistake in the client', error: new TypeError("reading 'nodeId'"), reason: "reading 'nodeId'" },
    { what: 'something thrown that is no error', error: 'words', reason: 'words' },
  ])('takes $what for something that may work later', ({ error, reason }) => {
    expect(classifyKafkaError(error)).toMatchObject({
      code: 'LOG_UNAVAILABLE',
      kind: 'transient',
      message: `Kafka cannot be used now: ${reason}`,
      cause: error,
    });
  });

  it('lets errors of our own pass as they are', async () => {
    const own = new WaymarkError('LOG_MISMATCH', 'another log');
    await expect(classified(() => Promise.reject(own))).rejects.toBe(own);
    await expect(classified(() => Promise.reject(connectionError))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(await classified(async () => 1)).toBe(1);
  });
});

describe('isNotLetIn', () => {
  it.each([
    [true, protocol('SASL_AUTHENTICATION_FAILED')],
    [true, made('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed')],
    [true, retriesExceeded(protocol('ILLEGAL_SASL_STATE'))],
    [true, classifyKafkaError(nonRetriable('words', protocol('CLUSTER_AUTHORIZATION_FAILED')))],
    [false, protocol('NOT_ENOUGH_REPLICAS')],
    [false, connectionError],
    [false, undefined],
  ])('%s: %s', (expected, error) => {
    expect(isNotLetIn(error)).toBe(expected);
  });
});

describe('isAnswer', () => {
  it('finds the answer among the causes, even if they go in a circle', () => {
    const circle = new Error('a', { cause: new Error('b') });
    (circle.cause as Error).cause = circle;
    expect(isAnswer(retriesExceeded(protocol('MESSAGE_TOO_LARGE')), 'MESSAGE_TOO_LARGE')).toBe(true);
    expect(isAnswer(protocol('OTHER'), 'MESSAGE_TOO_LARGE')).toBe(false);
    expect([isAnswer(circle, 'X'), reasonOf(circle)]).toEqual([false, 'b']);
  });
});
