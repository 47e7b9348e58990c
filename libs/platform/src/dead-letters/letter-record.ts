import {
  deadLetterSchema,
  redrivenSchema,
  type DeadLetter,
  type Json,
  type LetterId,
  type LogRecord,
  type Redriven,
} from '@waymark/contracts';

/** What a record of `dead-letters` is. Others than ours may have written to the topic: that is told, and harms nobody. */
export type LetterRecord =
  | { is: 'letter'; id: LetterId; letter: DeadLetter }
  | { is: 'mark'; mark: Redriven }
  | { is: 'unreadable'; id: LetterId; record: LogRecord; detail: string };

/** Key of the records that say what was redriven, so that most others need not be read to see that they are not. */
export const MARK_KEY = 'redriven';

export function idOf({ partition, offset }: Pick<LogRecord, 'partition' | 'offset'>): LetterId {
  return `${partition}-${offset}`;
}

/** The place that an id, as its schema has it, names. */
export function placeOf(id: LetterId): { partition: number; offset: number } {
  const [partition, offset] = id.split('-').map(Number) as [number, number];
  return { partition, offset };
}

/** Reads a record of `dead-letters`. Never throws. */
export function letterRecord(record: LogRecord): LetterRecord {
  const id = idOf(record);
  const json = jsonOf(record);
  const mark = redrivenSchema.safeParse(json);
  if (mark.success) return { is: 'mark', mark: mark.data };
  const letter = deadLetterSchema.safeParse(json);
  if (letter.success) return { is: 'letter', id, letter: letter.data };
  const wrong = letter.error.issues[0]!;
  const detail =
    json === undefined
      ? 'it is no dead letter: it is not JSON'
      : `it is no dead letter: ${[wrong.path.join('.'), wrong.message].filter(Boolean).join(': ')}`;
  return { is: 'unreadable', id, record, detail };
}

function jsonOf({ value, encoding }: LogRecord): Json | undefined {
  if (encoding !== undefined) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
