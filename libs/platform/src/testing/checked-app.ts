import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, Health } from '@waymark/runtime';
import { AnswerCheck, type ApiDocument } from '@waymark/testkit/api';
import type { Platform } from '../create-platform.js';
import { createHttpApp } from '../http/create-http-app.js';
import { OpenApiController } from '../http/open-api.controller.js';

/** By the services that run, as these have the same API. */
const checks = new Map<string, AnswerCheck>();

/**
 * The HTTP server over a platform, not yet initialised. Each of its answers is held against its own OpenAPI document; `close` rejects
 * with what was not as described.
 */
export async function checkedApp(
  platform: Platform,
  health = new Health({ live: [], ready: [] }),
): Promise<CheckedApp> {
  const app = await createHttpApp(platform, health, createLogger({ level: 'silent', pretty: false }));
  const mistakes: string[] = [];
  const target = platform.config.target.join();
  const answers = (): AnswerCheck => {
    const check =
      checks.get(target) ?? new AnswerCheck(app.get(OpenApiController).document() as unknown as ApiDocument);
    checks.set(target, check);
    return check;
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async ({ method, url }, reply, payload) => {
      const type = String(reply.getHeader('content-type') ?? '');
      const body = typeof payload === 'string' ? payload : '';
      const mistake = answers().mistake({ method, path: url, status: reply.statusCode, type, body });
      if (mistake !== undefined) mistakes.push(mistake);
    })
    .addHook('onClose', async () => {
      if (mistakes.length > 0) throw new Error(`answers are not as the API describes them:\n${mistakes.join('\n')}`);
    });
  return { app, answers };
}

export interface CheckedApp {
  app: NestFastifyApplication;
  answers(): AnswerCheck;
}
