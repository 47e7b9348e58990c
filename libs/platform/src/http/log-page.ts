import { TOPICS, type LogRecord, type ShapeOf } from '@waymark/contracts';
import { z } from 'zod';

const logRecordSchema = z.object({
  topic: z.enum(TOPICS),
  partition: z.number().int(),
  offset: z.number().int(),
  key: z.string(),
  value: z.string().describe('what was appended, to the byte: `waymark schema TOPIC` says what that is'),
  encoding: z.literal('base64').optional().describe('when the value is the base64 text of bytes that are not UTF-8'),
  headers: z.record(z.string(), z.string()),
} satisfies ShapeOf<LogRecord>);

/** Records of one partition, and the offset with which to ask for those behind them. */
export const logPageSchema = z
  .object({ next: z.number().int(), records: z.array(logRecordSchema) })
  .meta({ id: 'LogPage' });
export type LogPage = z.infer<typeof logPageSchema>;
