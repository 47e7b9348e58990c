import type { KafkaMessage } from 'kafkajs';

/** Messages at the offsets from `first` up to `last`. */
export function messages(first: number, last: number, value: string | Buffer = 'x'): KafkaMessage[] {
  return Array.from({ length: last - first + 1 }, (_, index) => message({ offset: first + index, value }));
}

export function message(over: {
  offset: number;
  key?: Buffer | null;
  value?: string | Buffer | null;
  headers?: KafkaMessage['headers'];
}): KafkaMessage {
  const { offset, key = Buffer.from('ada'), value = 'x', headers = {} } = over;
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { offset: String(offset), key, value: bytes, timestamp: '0', attributes: 0, headers };
}
