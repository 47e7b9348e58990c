import { HEADERS, type LogRecord } from '@waymark/contracts';

/** A partition's records as its readers take them: what a source has published again, after a crash, is passed over (P3). */
export function asReadOnce(records: readonly LogRecord[]): LogRecord[] {
  const highest = new Map<string, number>();
  return records.filter(({ headers }) => {
    const source = headers[HEADERS.source];
    const sequence = Number(headers[HEADERS.sequence]);
    if (source === undefined || Number.isNaN(sequence)) return true;
    if (sequence <= (highest.get(source) ?? -1)) return false;
    highest.set(source, sequence);
    return true;
  });
}
