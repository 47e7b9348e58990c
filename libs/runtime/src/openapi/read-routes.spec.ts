import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, RawBody } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { RequireRole } from '../roles.js';
import { Operation } from './operation.js';
import { readRoutes } from './read-routes.js';

const body = z.strictObject({ name: z.string() });
const query = z.object({ limit: z.coerce.number().default(1) });
const kind = z.enum(['a', 'b']);
const answer = z.object({ id: z.string() });

@Controller('api/things')
class ThingsController {
  @Post(['make', 'do'])
  @Operation('Makes one', { answer: z.void() })
  @HttpCode(202)
  make(@Body({ schema: body }) _: unknown, @Headers('idempotency-key') _key: string): void {}

  @Get(':id/:kind')
  @Operation('One', { answer, also: [503] })
  @RequireRole('viewer')
  one(
    @Param('id') id: string,
    @Param('kind', { schema: kind }) _kind: string,
    @Query({ schema: query }) _q: unknown,
  ): z.output<typeof answer> {
    return { id };
  }

  helper(): void {}
}

@Controller()
class OpenController {
  @Post('take')
  @Operation('Takes bytes', { answer: z.void(), by: 'writeKey' })
  take(@RawBody({ schema: body }) _: unknown, @Headers() _headers: unknown): void {}
}

@Controller('bad')
class SilentController {
  @Get()
  one(): void {}
}

@Controller('bad')
class UnparsedController {
  @Get()
  @Operation('One', { answer: z.void() })
  one(@Query() _: unknown): void {}
}

/** What these say they answer is not what they answer: the compiler refuses each. */
export class LyingController {
  // @ts-expect-error an answer without its id
  @Operation('One', { answer })
  less(): object {
    return {};
  }

  // @ts-expect-error a number
  @Operation('One', { answer })
  other(): Promise<{ id: number }> {
    return Promise.resolve({ id: 1 });
  }

  // @ts-expect-error something, where nothing is said
  @Operation('One', { answer: z.void() })
  something(): Promise<{ id: string }> {
    return Promise.resolve({ id: 'a' });
  }
}

describe('the routes of controllers', () => {
  it('are read from what Nest routes and parses by, in the order of their paths', () => {
    const routes = readRoutes([OpenController, ThingsController]);
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /api/things/do',
      'post /api/things/make',
      'get /api/things/{id}/{kind}',
      'post /take',
    ]);
  });

  it('have the very schemas that parse what they take', () => {
    const [made, , one, take] = readRoutes([OpenController, ThingsController]);
    expect([made!.body, made!.query, made!.headers]).toEqual([body, undefined, ['idempotency-key']]);
    expect(made!.body).toBe(body);
    expect(one!.query).toBe(query);
    expect(one!.params[1]!.schema).toBe(kind);
    expect(one!.params[0]).toEqual({ name: 'id', schema: undefined });
    expect(one!.answer).toBe(answer);
    expect(take!.body).toBe(body);
    expect(take!.headers).toEqual([]);
  });

  it('say who may come, and with which status they answer', () => {
    expect(
      readRoutes([OpenController, ThingsController]).map(({ role, by, statuses }) => [role, by, statuses]),
    ).toEqual([
      ['admin', undefined, [202]],
      ['admin', undefined, [202]],
      ['viewer', undefined, [200, 503]],
      [undefined, 'writeKey', [201]],
    ]);
  });

  it.each([
    ['does not say what it is for', SilentController, 'GET /bad does not say'],
    ['takes what it has no schema for', UnparsedController, 'GET /bad takes what it has no schema for'],
  ])('one that %s is a defect', (_, controller, text) => {
    expect(() => readRoutes([controller])).toThrow(expect.objectContaining({ code: 'DEFECT' }));
    expect(() => readRoutes([controller])).toThrow(text);
  });
});
