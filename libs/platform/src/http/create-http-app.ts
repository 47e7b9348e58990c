import 'reflect-metadata';
import { promisify } from 'node:util';
import { gunzip, type ZlibOptions } from 'node:zlib';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { BATCH_BYTES_MAX, WaymarkError } from '@waymark/contracts';
import { parseJsonBody, type Health, type Logger } from '@waymark/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Platform } from '../create-platform.js';
import { PlatformModule } from './platform.module.js';

/** A little above the largest body, so that the endpoint itself says what its limit is. */
const BODY_LIMIT = BATCH_BYTES_MAX + 64 * 1024;
const WORKSPACE_BODY_LIMIT = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** For the requests in hand when the process is to end. */
const LAST_REQUESTS_MS = 3_000;
/** These read the bytes themselves. */
const RAW = /^\/v1\/(identify|track|page|screen|group|alias|batch|import|[itpsgab]|events|outcomes\/[^/]+)$/;

/** The HTTP server, not yet listening. */
export async function createHttpApp(
  platform: Platform,
  health: Health,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // While it closes, what still comes over an open connection is answered as ever, and the connection closed with it.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 400 },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/api/workspace') route.bodyLimit = WORKSPACE_BODY_LIMIT;
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    PlatformModule.forRoot(platform, health, logger),
    adapter,
    { logger: false, bodyParser: false },
  );
  await app.register(helmet as never);
  readBodies(fastify);
  return app;
}

/** Every body arrives as bytes, unpacked; what is not read raw is JSON, checked before anything looks at it. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, sent: Buffer) => {
    const body = await unpacked(request, sent);
    (request as FastifyRequest & { rawBody?: Buffer }).rawBody = body;
    if (RAW.test(request.url.split('?', 1)[0]!)) return undefined;
    return body.length === 0 ? undefined : parseJsonBody(body);
  });
}

const unpack = promisify<Buffer, ZlibOptions, Buffer>(gunzip);

/** A body as it was before its sender packed it; its limit is the same whether it is packed or not. */
async function unpacked({ headers, routeOptions }: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity' || body.length === 0) return body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new WaymarkError(
      'INVALID_BODY',
      `the content-encoding ${JSON.stringify(encoding)} is not read here: send the body with gzip, or with none`,
    );
  try {
    return await unpack(body, { maxOutputLength: routeOptions.bodyLimit ?? BODY_LIMIT });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new WaymarkError('OVERSIZE', 'the body, once unpacked, is larger than this endpoint takes', { cause });
    throw new WaymarkError('INVALID_BODY', 'the content-encoding says gzip, but the body is not whole gzip', { cause });
  }
}

/** Begins to listen. Rejects with PORT_IN_USE and what to do about it. */
export async function listen(
  app: NestFastifyApplication,
  { httpHost, httpPort }: { httpHost: string; httpPort: number },
): Promise<string> {
  try {
    await app.listen(httpPort, httpHost);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new WaymarkError(
      'PORT_IN_USE',
      `port ${httpPort} of ${httpHost} is in use: stop what uses it, or choose another by --port or WAYMARK_HTTP_PORT`,
      { cause: error },
    );
  }
  return app.getUrl();
}

/** Takes no more requests and answers those in hand; who has not sent all of theirs by then is cut off. */
export async function closeHttp(app: NestFastifyApplication, lastRequestsMs = LAST_REQUESTS_MS): Promise<void> {
  const server = app.getHttpServer();
  const cut = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
  await app.close();
  clearTimeout(cut);
}
