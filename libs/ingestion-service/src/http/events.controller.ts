import { Controller, Headers, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import {
  BATCH_CALLS_MAX,
  cloudEventSchema,
  instantSchema,
  segmentCallSchema,
  type EventType,
} from '@waymark/contracts';
import { Operation } from '@waymark/runtime';
import { z } from 'zod';
import { acceptedSchema, Acceptor, type Accepted, type Sender } from '../accept/acceptor.js';

/** The addresses of calls: by name, and the short ones that Segment's SDKs for browsers and phones post to. */
const CALLS = {
  identify: 'identify',
  track: 'track',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  i: 'identify',
  t: 'track',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
} as const satisfies Record<string, EventType>;

export const addressSchema = z.enum(Object.keys(CALLS) as (keyof typeof CALLS)[]);
/** As the acceptor parses them, item by item; the address of a single call says its type. */
const callSchema = z.union(segmentCallSchema.options.map((call) => (call as z.ZodObject).omit({ type: true })));
const batchSchema = z.object({
  batch: z.array(segmentCallSchema).max(BATCH_CALLS_MAX),
  sentAt: instantSchema.nullish(),
});
const cloudEventsSchema = z.union([cloudEventSchema, z.array(cloudEventSchema).max(BATCH_CALLS_MAX)]);

type HttpHeaders = Record<string, string | undefined>;

/** Segment's HTTP API and CloudEvents. Bodies arrive as bytes: what they are is decided in one place. */
@Controller('v1')
export class EventsController {
  constructor(private readonly acceptor: Acceptor) {}

  @Post(['batch', 'b', 'import'])
  @Operation('Takes many calls; one bad item never fails its neighbours', { answer: acceptedSchema, by: 'writeKey' })
  @HttpCode(200)
  batch(
    @RawBody({ schema: batchSchema }) body: Buffer | undefined,
    @Headers() headers: HttpHeaders,
  ): Promise<Accepted> {
    return this.acceptor.batch(body ?? Buffer.alloc(0), senderOf(headers));
  }

  @Post('events')
  @Operation('Takes CloudEvents 1.0: one, or a list; or in binary mode its data, with the attributes in ce- headers', {
    answer: acceptedSchema,
    by: 'writeKey',
  })
  @HttpCode(200)
  cloudEvents(
    @RawBody({ schema: cloudEventsSchema }) body: Buffer | undefined,
    @Headers() headers: HttpHeaders,
  ): Promise<Accepted> {
    return this.acceptor.cloudEvents(body ?? Buffer.alloc(0), senderOf(headers), attributesOf(headers));
  }

  @Post(':type')
  @Operation('Takes one call', { answer: acceptedSchema, by: 'writeKey' })
  @HttpCode(200)
  call(
    @Param('type', { schema: addressSchema }) address: z.output<typeof addressSchema>,
    @RawBody({ schema: callSchema }) body: Buffer | undefined,
    @Headers() headers: HttpHeaders,
  ): Promise<Accepted> {
    return this.acceptor.call(CALLS[address], body ?? Buffer.alloc(0), senderOf(headers));
  }
}

function senderOf({ authorization, traceparent }: HttpHeaders): Sender {
  return { authorization, traceparent };
}

/** CloudEvents' binary mode has the attributes in `ce-` headers and the data in the body. */
function attributesOf(headers: HttpHeaders): Record<string, string> | undefined {
  if (headers['ce-specversion'] === undefined) return undefined;
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && value !== undefined ? [[name.slice(3), decoded(value)] as const] : [],
  );
  return Object.fromEntries(attributes);
}

/** Values are percent-encoded where HTTP headers cannot hold them (CloudEvents, HTTP binding 3.1.3.2). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return value;
    throw error;
  }
}
