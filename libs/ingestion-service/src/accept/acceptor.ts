import { createHash, randomUUID } from 'node:crypto';
import {
  BATCH_BYTES_MAX,
  BATCH_CALLS_MAX,
  CALL_BYTES_MAX,
  WaymarkError,
  cloudEventSchema,
  failureKind,
  instantSchema,
  type EventType,
  type Json,
  type JsonObject,
  type NewRecord,
  type RawEvent,
  type SourceId,
} from '@waymark/contracts';
import type { Clock, SourceRegistry } from '@waymark/ports';
import { assertSafeJson, parseJson } from '@waymark/runtime';
import { inTrace, type Measure, type Tracing } from '@waymark/stream';
import { z } from 'zod';
import type { GroupAppend } from './group-append.js';
import { messageIdOf } from './message-id-of.js';
import { keyOf, toRawEvent, type Received } from './to-raw-event.js';

/** One item of a batch that was not taken (R70). */
const rejectedSchema = z.object({
  index: z.number().int(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
});
export type Rejected = z.infer<typeof rejectedSchema>;

export const acceptedSchema = z
  .object({
    success: z.literal(true),
    accepted: z.number().int(),
    rejected: z.array(rejectedSchema).optional().describe('only when there are any, by their place in the batch'),
  })
  .meta({ id: 'AcceptedEvents' });
export type Accepted = z.infer<typeof acceptedSchema>;

/** What the headers of a request say of its sender. */
export interface Sender {
  authorization?: string | undefined;
  /** W3C trace context that the request belongs to. */
  traceparent?: string | undefined;
}

/** Who watches what is accepted. */
export interface AcceptWatch {
  tracing?: Tracing | undefined;
  measure?: ((measure: Measure) => void) | undefined;
}

export interface AcceptorOptions extends AcceptWatch {
  sources: SourceRegistry;
  append: GroupAppend;
  clock: Clock;
}

/** Takes events from outside: authenticates, checks each item for itself, and answers when they are durable (P4). */
export class Acceptor {
  readonly #options: AcceptorOptions;
  /** Write keys seen, so that a request costs no look-up; revoked keys are forgotten with the process. */
  readonly #known = new Map<string, SourceId>();

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** The source of a request: Basic auth with the write key as user name, else `writeKey` in the body. Throws UNAUTHORIZED. */
  async authenticate(authorization: string | undefined, body?: Json): Promise<SourceId> {
    const writeKey = basicUser(authorization) ?? keyInBody(body);
    if (writeKey === undefined)
      throw new WaymarkError('UNAUTHORIZED', 'a write key is needed: Basic authentication with the key as user name');
    const hash = createHash('sha256').update(writeKey).digest('hex');
    const known = this.#known.get(hash);
    if (known) return known;
    const source = await this.#options.sources.byKeyHash(hash);
    if (!source) throw new WaymarkError('UNAUTHORIZED', 'the write key is not known here');
    this.#known.set(hash, source.id);
    return source.id;
  }

  /** One call of Segment's API. */
  call(type: EventType, bytes: Uint8Array, sender: Sender): Promise<Accepted> {
    return this.#counted(async () => {
      assertSize(bytes, CALL_BYTES_MAX, 'a call');
      const body = objectOf(parseJson(bytes));
      const source = await this.authenticate(sender.authorization, body);
      const convert = (): Json => ({ ...body, type });
      return this.#take({ items: [body], received: this.#received(source), convert }, sender);
    });
  }

  /** A batch: one bad item never fails its neighbours (R70). */
  batch(bytes: Uint8Array, sender: Sender): Promise<Accepted> {
    return this.#counted(async () => {
      assertSize(bytes, BATCH_BYTES_MAX, 'a batch');
      const body = objectOf(parseJson(bytes));
      const source = await this.authenticate(sender.authorization, body);
      const { batch } = body;
      if (!Array.isArray(batch)) throw new WaymarkError('INVALID_BODY', 'a batch has its calls in the array "batch"');
      const received = { ...this.#received(source), sentAt: sentAtOf(body) };
      return this.#take({ items: batch, received, convert: (item) => item }, sender);
    });
  }

  /** CloudEvents 1.0 in JSON: one, or an array of them; with `attributes`, given beside the body, the body is the data of one. */
  cloudEvents(bytes: Uint8Array, sender: Sender, attributes?: JsonObject): Promise<Accepted> {
    return this.#counted(async () => {
      assertSize(bytes, BATCH_BYTES_MAX, 'a batch');
      const data = attributes !== undefined && bytes.byteLength === 0 ? {} : parseJson(bytes);
      const body = attributes === undefined ? data : { ...attributes, data };
      const source = await this.authenticate(sender.authorization);
      const items = Array.isArray(body) ? body : [body];
      return this.#take({ items, received: this.#received(source), convert: fromCloudEvent }, sender);
    });
  }

  /** Events of the platform's own making, already checked. */
  async emit(events: readonly RawEvent[]): Promise<void> {
    await this.#options.append.append(events.map(toRecord));
  }

  /** Follows a request that was let in, where it is followed: its events carry the context on. */
  async #take(request: Request, { traceparent }: Sender): Promise<Accepted> {
    const attributes = {
      'waymark.source': request.received.source,
      'messaging.batch.message_count': request.items.length,
    };
    const span = this.#options.tracing?.begin({ name: 'accept', kind: 'server', parent: traceparent, attributes });
    try {
      const accepted = await this.#append(request, span?.traceparent);
      span?.end();
      return accepted;
    } catch (error) {
      span?.end(error);
      throw error;
    }
  }

  async #append(request: Request, traceparent: string | undefined): Promise<Accepted> {
    const { items } = request;
    assertCount(items);
    const { records, failures } = recordsOf(request, traceparent);
    if (records.length === 0 && failures.length === 1 && items.length === 1) throw failures[0]!.error;
    for (const { error } of failures) this.#options.measure?.({ what: 'rejected', code: error.code });
    const rejected = failures.map(({ index, error }): Rejected => ({
      index,
      status: error.code === 'OVERSIZE' ? 413 : 400,
      code: error.code,
      detail: error.message,
    }));
    if (records.length === 0 && rejected.length > 0) {
      throw new WaymarkError('INVALID_BODY', `none of the ${items.length} items is valid`, { errors: rejected });
    }
    if (records.length > 0) await this.#options.append.append(records);
    return { success: true, accepted: records.length, ...(rejected.length > 0 && { rejected }) };
  }

  /** Counts a request that is turned away; one of several items has been counted by these. */
  async #counted(take: () => Promise<Accepted>): Promise<Accepted> {
    try {
      return await take();
    } catch (error) {
      const isOne = error instanceof WaymarkError && error.errors.every(({ index }) => index === undefined);
      if (isOne) this.#options.measure?.({ what: 'rejected', code: error.code });
      throw error;
    }
  }

  #received(source: SourceId): Received {
    return { source, receivedAt: this.#options.clock.now(), newMessageId: randomUUID };
  }
}

/** What a request brings, once it has been let in. */
interface Request {
  items: readonly Json[];
  received: Received;
  /** Makes a Segment call of an item. */
  convert: (item: Json) => Json;
}

/** The items as records, each for itself. */
function recordsOf(
  { items, received, convert }: Request,
  traceparent: string | undefined,
): { records: NewRecord[]; failures: { index: number; error: WaymarkError }[] } {
  const records: NewRecord[] = [];
  const failures: { index: number; error: WaymarkError }[] = [];
  for (const [index, item] of items.entries()) {
    try {
      assertSafeJson(item);
      assertItemSize(item);
      const record = toRecord(toRawEvent(convert(item), received));
      records.push(traceparent === undefined ? record : inTrace(record, traceparent));
    } catch (error) {
      if (!(error instanceof WaymarkError) || failureKind(error) !== 'invalid') throw error;
      failures.push({ index, error });
    }
  }
  return { records, failures };
}

/** An event as a record of `events.raw`. */
export function toRecord(event: RawEvent): NewRecord {
  return { topic: 'events.raw', key: keyOf(event), value: JSON.stringify(event) };
}

function fromCloudEvent(item: Json): Json {
  const parsed = cloudEventSchema.safeParse(item);
  if (!parsed.success) {
    const text = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new WaymarkError('INVALID_BODY', `not a CloudEvent 1.0: ${text}`);
  }
  const { id, type, subject, time, data, source } = parsed.data;
  const call: JsonObject = {
    type: 'track',
    messageId: messageIdOf({ source, id }),
    userId: subject,
    event: type,
    properties: data,
    context: { source },
  };
  return time === undefined ? call : { ...call, timestamp: time };
}

/** The moment a batch was sent, by its sender's clock. */
function sentAtOf({ sentAt }: JsonObject): string | undefined {
  if (sentAt === undefined || sentAt === null) return undefined;
  const parsed = instantSchema.safeParse(sentAt);
  if (!parsed.success) throw new WaymarkError('INVALID_BODY', `sentAt: ${parsed.error.issues[0]!.message}`);
  return parsed.data;
}

function assertSize(bytes: Uint8Array, max: number, what: string): void {
  if (bytes.byteLength > max)
    throw new WaymarkError(
      'OVERSIZE',
      `${what} may have ${max / 1024} KB, this one has ${Math.ceil(bytes.byteLength / 1024)}`,
    );
}

function assertCount({ length }: readonly Json[]): void {
  if (length > BATCH_CALLS_MAX)
    throw new WaymarkError('OVERSIZE', `a batch may have ${BATCH_CALLS_MAX} calls, this one has ${length}`);
}

function assertItemSize(item: Json): void {
  const size = Buffer.byteLength(JSON.stringify(item));
  if (size > CALL_BYTES_MAX)
    throw new WaymarkError(
      'OVERSIZE',
      `a call may have ${CALL_BYTES_MAX / 1024} KB, this one has ${Math.ceil(size / 1024)}`,
    );
}

function objectOf(body: Json): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new WaymarkError('INVALID_BODY', 'the body must be a JSON object');
}

function basicUser(authorization: string | undefined): string | undefined {
  const encoded = authorization?.match(/^Basic (.+)$/i)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0];
}

function keyInBody(body: Json | undefined): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return typeof body['writeKey'] === 'string' ? body['writeKey'] : undefined;
}
