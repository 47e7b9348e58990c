import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { fetchKafkaJars } from './kafka-jars.js';
import type { Place, Recipe } from './recipe.js';

const run = promisify(execFile);
const VERSION = '4.1.0';
/** For one that is started often and holds little: no compiling for speed, one collector thread, a small heap. */
const JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xms64m', '-Xmx384m'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
/** Of the form that Kafka wants. */
const CLUSTER_ID = 'waymarkTestKafka000000';
const CONTAINER_PORT = 9092;
/** Whether it has started is asked often; what is there but not ready is asked again by kafkajs, after milliseconds. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 250, retries: 20 };

/**
 * One node that is broker and controller; a group that is joined starts at once. A node that was killed is let in again when
 * its session has ended, for which it would wait nine seconds.
 */
const SETTINGS = {
  'node.id': '1',
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'broker.session.timeout.ms': '4000',
  'broker.heartbeat.interval.ms': '500',
};

/** Apache Kafka in KRaft mode, without TLS or passwords. */
export const kafkaRecipe: Recipe = {
  title: 'Kafka',
  image: `apache/kafka:${VERSION}`,
  variable: 'WAYMARK_TEST_KAFKA_BROKERS',
  install: 'Java 17 or newer and Maven',
  version: VERSION,

  async native({ host, port }, folder) {
    const controllerPort = await freePort();
    const file = join(folder, 'server.properties');
    const settings = {
      ...SETTINGS,
      'controller.quorum.voters': `1@${host}:${controllerPort}`,
      listeners: `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
      'log.dirs': join(folder, 'data'),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    await writeFile(file, `${lines.join('\n')}\n`);
    const java = [...JAVA, QUIET, '-cp', join(await fetchKafkaJars(), '*')];
    await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file]);
    return { program: { command: 'java', args: [...java, 'kafka.Kafka', file] }, address: `${host}:${port}` };
  },

  container: ({ host, port }) => ({
    container: {
      port: CONTAINER_PORT,
      env: environment({ host, port }),
      ready: { line: /Kafka Server started/, times: 1 },
    },
    address: `${host}:${port}`,
  }),

  async greet(address) {
    const brokers = address.split(',');
    await connectOnce(brokers[0]!);
    const { Kafka, logLevel } = await import('kafkajs');
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: RETRY }).admin();
    try {
      await admin.connect();
      // Makes the topic of the groups' offsets, for which the first one to join a group would wait.
      await admin.fetchOffsets({ groupId: 'waymark-test-greeting' });
    } finally {
      await admin.disconnect();
    }
    return undefined;
  },
};

/** Rejects where nothing listens, at once, for which kafkajs would take seconds. */
async function connectOnce(broker: string): Promise<void> {
  const { hostname, port } = new URL(`kafka://${broker}`);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** The settings as the image takes them. */
function environment({ host, port }: Place): Record<string, string> {
  const settings = {
    ...SETTINGS,
    'controller.quorum.voters': '1@localhost:9094',
    listeners: `PLAINTEXT://:${CONTAINER_PORT},BROKER://:9093,CONTROLLER://:9094`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'advertised.listeners': `PLAINTEXT://${host}:${port},BROKER://localhost:9093`,
    'inter.broker.listener.name': 'BROKER',
  };
  const named = ([name, value]: [string, string]): [string, string] => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    value,
  ];
  return Object.fromEntries(Object.entries(settings).map(named));
}
