import { Kafka, logLevel, type ISocketFactory } from 'kafkajs';
import { calmRequestQueue } from './calm-request-queue.js';
import { forwardErrors } from './forward-errors.js';
import type { KafkaOptions } from './kafka-options.js';

const CONNECT_MS_MAX = 5_000;
/** How long a broker may take to answer; what waits at the broker on purpose has that time on top. */
const REQUEST_MS_MAX = 15_000;
/** Of one connection or question; whoever needs longer retries around it. */
const RETRY = { retries: 2, initialRetryTime: 100, multiplier: 2, factor: 0.2, maxRetryTime: 1_000 };

/** The client that producers, consumers and admins are made of. `socketFactory` lets tests cut connections. */
export function createClient(options: KafkaOptions, socketFactory?: ISocketFactory): Kafka {
  calmRequestQueue();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ssl: options.ssl,
    ...(options.sasl && { sasl: { ...options.sasl } as KafkaSasl }),
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    retry: RETRY,
    logLevel: logLevel.ERROR,
    logCreator: () => forwardErrors(options.onWarning),
    ...(socketFactory && { socketFactory }),
  });
}

type KafkaSasl = NonNullable<ConstructorParameters<typeof Kafka>[0]['sasl']>;
