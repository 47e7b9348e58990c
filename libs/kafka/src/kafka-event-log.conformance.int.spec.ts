import { afterEach, jest } from '@jest/globals';
import { eventLogSuite } from '@waymark/ports/suites';
import { describeWith } from '@waymark/testkit';
import { TestLogs } from './testing/test-logs.js';

jest.setTimeout(60_000);

const logs = new TestLogs();

describeWith('kafka', 'KafkaEventLog', () => {
  afterEach(() => logs.closeAll());

  eventLogSuite('Kafka', () => logs.open());
});
