import type { Span, SpanStart, Tracing } from '../tracing.js';

export interface RecordedSpan extends SpanStart {
  traceparent: string;
  /** Undefined while it is open. */
  end?: 'well' | { error: unknown };
}

/** A trace context with readable numbers; it belongs to the trace of the first. */
export function contextOf(trace: number, span: number): string {
  const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
  return `00-${hex(trace, 32)}-${hex(span, 16)}-01`;
}

/** Follows everything, but for roots where it is told so; new traces have numbers from 1000, spans from 1. */
export class RecordedTracing implements Tracing {
  readonly spans: RecordedSpan[] = [];
  /** Whether traces begin here. */
  beginsTraces = true;
  #traces = 1_000;

  begin(start: SpanStart): Span | undefined {
    if (start.parent === undefined && !this.beginsTraces) return undefined;
    const trace = start.parent === undefined ? this.#traces++ : Number.parseInt(start.parent.slice(3, 35), 16);
    const span: RecordedSpan = { ...start, traceparent: contextOf(trace, this.spans.length + 1) };
    this.spans.push(span);
    return {
      traceparent: span.traceparent,
      end: (error) => void (span.end = error === undefined ? 'well' : { error }),
    };
  }

  /** Names of the spans that have ended, each behind that of its parent. */
  get ended(): string[] {
    const nameOf = (traceparent: string | undefined): string =>
      this.spans.find((span) => span.traceparent === traceparent)?.name ?? traceparent ?? '-';
    return this.spans.filter(({ end }) => end !== undefined).map(({ name, parent }) => `${nameOf(parent)} > ${name}`);
  }
}
