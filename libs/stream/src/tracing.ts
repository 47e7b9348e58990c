/** One span being open: a piece of work in the trace of what it happens because of. */
export interface Span {
  /** W3C trace context for what happens because of it. */
  readonly traceparent: string;
  /** Ends it; with an error it has failed. */
  end(error?: unknown): void;
}

export interface SpanStart {
  name: string;
  kind: 'server' | 'consumer' | 'client' | 'internal';
  /** W3C trace context of what it happens because of; without one, or with one that cannot be read, it begins a trace. */
  parent?: string | undefined;
  /** W3C trace contexts of what it has to do with beside that. */
  links?: readonly string[];
  /** Ids and numbers, never about a person. */
  attributes?: Readonly<Record<string, string | number>>;
}

/** Follows single events round the ring. Where nothing is followed there is none, and nothing is done for it. */
export interface Tracing {
  /** Begins a span. Undefined where its trace is not sampled: then nothing that happens because of it is followed either. */
  begin(span: SpanStart): Span | undefined;
}

const TRACE_ID = { from: 3, to: 35 };

/** The trace id of a W3C trace context. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(TRACE_ID.from, TRACE_ID.to);
}
