import { askKeeper } from './ask-keeper.js';

export interface TestKafka {
  /** Each a host and a port. */
  brokers: string[];
  /** `unknown` if it does not tell. */
  version: string;
}

/**
 * The run's Kafka, one node without TLS or passwords, started when the first spec asks for it. All specs share it: topics
 * and groups need names of their own. The first start takes seconds: ask in a suite of `describeWith`.
 */
export async function testKafka(): Promise<TestKafka> {
  const { address, version } = await askKeeper('kafka');
  return { brokers: address.split(','), version: version ?? 'unknown' };
}
