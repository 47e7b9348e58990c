import { isUtf8 } from 'node:buffer';
import type { LogRecord, Topic } from '@waymark/contracts';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/**
 * A message of Kafka as a record. A value that is not UTF-8 is given as base64, and says so; keys and headers that are not
 * lose those bytes. No key or no value is an empty one; of a header given more than once the last counts.
 */
export function decodeMessage(at: { topic: Topic; partition: number }, message: KafkaMessage): LogRecord {
  const { key, value, headers } = message;
  const { topic, partition } = at;
  const offset = Number(message.offset);
  const record: LogRecord = {
    topic,
    partition,
    offset,
    key: key?.toString() ?? '',
    value: '',
    headers: decodeHeaders(headers),
  };
  if (value === null) return record;
  if (isUtf8(value)) return { ...record, value: value.toString() };
  return { ...record, value: value.toString('base64'), encoding: 'base64' };
}

function decodeHeaders(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, given]) => [name, decodeHeader(given)]));
}

function decodeHeader(given: IHeaders[string]): string {
  const last = Array.isArray(given) ? given.at(-1) : given;
  return last?.toString() ?? '';
}
