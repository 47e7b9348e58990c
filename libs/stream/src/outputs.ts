import { HEADERS, type NewRecord } from '@waymark/contracts';

/** The outputs of a fold, in order, each in the trace of what caused it. */
export class Outputs {
  readonly records: NewRecord[] = [];
  /** W3C trace context of what is being folded; undefined where that is not followed. */
  traceparent: string | undefined;

  push(record: NewRecord): void {
    this.records.push(this.traceparent === undefined ? record : inTrace(record, this.traceparent));
  }
}

/** A record that carries a W3C trace context. */
export function inTrace(record: NewRecord, traceparent: string): NewRecord {
  return { ...record, headers: { ...record.headers, [HEADERS.traceparent]: traceparent } };
}
