import 'reflect-metadata';
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
const RAW = /^\/v1\/(identify|track|page|screen|group|alias|batch|import|events|outcomes\/[^/]+)$/;

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

/** Every body arrives as bytes; what is not read raw is JSON, checked before anything looks at it. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    (request as FastifyRequest & { rawBody?: Buffer }).rawBody = body;
    if (RAW.test(request.url.split('?', 1)[0]!)) return done(null, undefined);
    try {
      done(null, body.length === 0 ? undefined : parseJsonBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
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
