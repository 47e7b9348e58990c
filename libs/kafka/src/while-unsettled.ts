import { setTimeout as sleep } from 'node:timers/promises';
import { classifyKafkaError, isAnswer } from './classify-error.js';

/** What Kafka answers while a topic is being made, or a partition's leader changes. */
const UNSETTLED = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];
const TRIES_MAX = 9;
const PAUSE_BASE_MS = 100;
const PAUSE_MS_MAX = 1_000;

/** Asks Kafka, and again for some six seconds while the answer is that things are being moved. Rejects with LOG_UNAVAILABLE. */
export async function whileUnsettled<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isUnsettled = UNSETTLED.some((answer) => isAnswer(error, answer));
      if (!isUnsettled || tries === TRIES_MAX) throw classifyKafkaError(error);
      await sleep(Math.min(PAUSE_MS_MAX, PAUSE_BASE_MS * 2 ** (tries - 1)));
    }
  }
}
