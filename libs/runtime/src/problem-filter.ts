import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { WaymarkError, type ErrorCode, type FailureKind, type Problem } from '@waymark/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import type { Logger } from './create-logger.js';

const STATUS_OF_KIND: Record<FailureKind, number> = { invalid: 400, conflict: 409, transient: 503, defect: 500 };
const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
  OVERSIZE: 413,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  BAD_SIGNATURE: 401,
  NOT_FOUND: 404,
  OVERLOADED: 429,
  INVALID_RESOURCE: 422,
  UNDO_EXPIRED: 409,
  UNDO_DONE: 409,
};
const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not valid',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
};
const RETRY_AFTER_SECONDS = 1;

/** The HTTP status of an error, by its code, else its kind. */
export function statusOf(error: WaymarkError): number {
  return STATUS_OF_CODE[error.code] ?? STATUS_OF_KIND[error.kind];
}

/** Any thrown value as an RFC 9457 problem. What is not ours to explain is told without its words. */
export function problemOf(thrown: unknown): Problem {
  const error = classified(thrown);
  const status = statusOf(error);
  const detail = error.kind === 'defect' ? 'something went wrong on our side; it has been logged' : error.message;
  const errors = error.errors.length > 0 ? [...error.errors] : undefined;
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code: error.code, detail, errors };
}

function classified(thrown: unknown): WaymarkError {
  if (thrown instanceof WaymarkError) return thrown;
  if (thrown instanceof ZodError) {
    const errors = thrown.issues.map((issue) => ({
      path: `/${issue.path.join('/')}`,
      code: 'INVALID_BODY',
      detail: issue.message,
    }));
    return new WaymarkError(
      'INVALID_BODY',
      `the request is not valid: ${errors.map((e) => `${e.path} ${e.detail}`).join('; ')}`,
      { errors },
    );
  }
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: number } | null)?.statusCode;
  if (status === 404) return new WaymarkError('NOT_FOUND', 'there is nothing at this address');
  if (status === 413) return new WaymarkError('OVERSIZE', 'the body is larger than this endpoint takes');
  if (status !== undefined && status < 500) return new WaymarkError('INVALID_BODY', (thrown as Error).message);
  return new WaymarkError('DEFECT', 'unexpected error', { cause: thrown });
}

/** Answers every error of every controller as a problem document; only defects are logged, with their stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    if (problem.status === 500) {
      const { method, routeOptions } = http.getRequest<FastifyRequest>();
      this.logger.error({ err: thrown, method, route: routeOptions.url }, 'request failed');
    }
    if (problem.status === 429 || problem.status === 503) {
      const afterMs = thrown instanceof WaymarkError ? thrown.retryAfterMs : undefined;
      void reply.header(
        'retry-after',
        afterMs === undefined ? RETRY_AFTER_SECONDS : Math.max(1, Math.ceil(afterMs / 1000)),
      );
    }
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer, Basic realm="waymark"');
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  }
}
