/**
 * The spans of one batch.
 *
 * - Each record that is followed has a span in its own trace, from the batch's beginning to its end. The first of them is
 *   the parent of the batch's parts (load, save, publish); the others link to it.
 * - From then on the record carries its span's context, which the fold puts on what the record causes.
 * - What falls due by itself begins a trace, one for a batch; its span counts only if something was put out in it.
 */
import { HEADERS, type NewRecord, type ServiceName, type Topic } from '@waymark/contracts';
import type { Intake } from './intake.js';
import { traceIdOf, type Span, type Tracing } from './tracing.js';

/** Records of a batch that have a span at most (P6); what is beyond passes the context on that it came with. */
const SPANS_MAX = 100;

interface Place {
  service: ServiceName;
  source: Topic;
  partition: number;
}

export class FollowedBatch {
  readonly #tracing: Tracing;
  readonly #spans: Span[] = [];
  readonly #due: Span | undefined;

  /** Begins the spans, and gives the records of the intake the contexts of theirs. */
  constructor(tracing: Tracing, place: Place, intake: Intake<unknown>) {
    this.#tracing = tracing;
    const attributes = {
      'messaging.operation.type': 'process',
      'messaging.destination.name': place.source,
      'messaging.destination.partition.id': String(place.partition),
      'messaging.batch.message_count': intake.records.length,
    };
    const name = `process ${place.service}`;
    for (const located of intake.records) {
      if (located.traceparent === undefined) continue;
      const of = { ...attributes, 'waymark.offset': located.offset };
      located.traceparent = this.#begin(name, located.traceparent, of) ?? located.traceparent;
    }
    for (const { record, code } of intake.refused) {
      const of = { ...attributes, 'waymark.offset': record.offset, 'waymark.dead_letter': code };
      this.#begin(name, record.headers[HEADERS.traceparent], of);
    }
    this.#due = tracing.begin({ name: `timers ${place.service}`, kind: 'internal', attributes });
  }

  /** W3C trace context of what falls due by itself. */
  get due(): string | undefined {
    return this.#due?.traceparent;
  }

  get traceIds(): string[] {
    return [...new Set(this.#spans.map(({ traceparent }) => traceIdOf(traceparent)))];
  }

  /** Does a part of the work in a span of its own. */
  async part<T>(name: 'load' | 'save' | 'publish', work: () => Promise<T>): Promise<T> {
    const parent = this.#spans[0]?.traceparent;
    const span = parent === undefined ? undefined : this.#tracing.begin({ name, kind: 'internal', parent });
    try {
      const result = await work();
      span?.end();
      return result;
    } catch (error) {
      span?.end(error);
      throw error;
    }
  }

  /** The batch is saved and published. */
  done(outputs: readonly NewRecord[]): void {
    for (const span of this.#spans) span.end();
    if (this.due !== undefined && outputs.some(({ headers }) => headers?.[HEADERS.traceparent] === this.due))
      this.#due?.end();
  }

  failed(error: unknown): void {
    for (const span of this.#spans) span.end(error);
  }

  /** Resolves with the span's context; undefined where the record is not followed. */
  #begin(
    name: string,
    parent: string | undefined,
    attributes: Readonly<Record<string, string | number>>,
  ): string | undefined {
    if (parent === undefined || this.#spans.length >= SPANS_MAX) return undefined;
    const links = this.#spans.slice(0, 1).map(({ traceparent }) => traceparent);
    const span = this.#tracing.begin({ name, kind: 'consumer', parent, links, attributes });
    if (span) this.#spans.push(span);
    return span?.traceparent;
  }
}
