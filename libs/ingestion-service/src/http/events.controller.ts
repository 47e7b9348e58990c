import { Controller, Headers, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import { EVENT_TYPES, WaymarkError, type EventType } from '@waymark/contracts';
import { Acceptor, type Accepted, type Sender } from '../accept/acceptor.js';

/** The short addresses that Segment's SDKs for browsers and phones post to. */
const SHORT: ReadonlyMap<string, EventType> = new Map([
  ['i', 'identify'],
  ['t', 'track'],
  ['p', 'page'],
  ['s', 'screen'],
  ['g', 'group'],
  ['a', 'alias'],
]);

type HttpHeaders = Record<string, string | undefined>;

/** Segment's HTTP API and CloudEvents. Bodies arrive as bytes: what they are is decided in one place. */
@Controller('v1')
export class EventsController {
  constructor(private readonly acceptor: Acceptor) {}

  @Post(['batch', 'b', 'import'])
  @HttpCode(200)
  batch(@RawBody() body: Buffer | undefined, @Headers() headers: HttpHeaders): Promise<Accepted> {
    return this.acceptor.batch(body ?? Buffer.alloc(0), senderOf(headers));
  }

  @Post('events')
  @HttpCode(200)
  cloudEvents(@RawBody() body: Buffer | undefined, @Headers() headers: HttpHeaders): Promise<Accepted> {
    return this.acceptor.cloudEvents(body ?? Buffer.alloc(0), senderOf(headers), attributesOf(headers));
  }

  @Post(':type')
  @HttpCode(200)
  call(
    @Param('type') address: string,
    @RawBody() body: Buffer | undefined,
    @Headers() headers: HttpHeaders,
  ): Promise<Accepted> {
    const type = SHORT.get(address) ?? EVENT_TYPES.find((each) => each === address);
    if (type === undefined) throw new WaymarkError('NOT_FOUND', `there is no call /v1/${address}`);
    return this.acceptor.call(type, body ?? Buffer.alloc(0), senderOf(headers));
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
