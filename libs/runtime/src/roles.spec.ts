import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { WaymarkError } from '@waymark/contracts';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { ROLES, RequireRole, RoleGuard, TokenRoles, type Role } from './roles.js';

const TOKENS = new TokenRoles(ROLES.map((role) => ({ role, token: `token-of-a-${role}` })));

describe('the role of a token', () => {
  it.each(ROLES)('%s is found', (role) => {
    expect(TOKENS.roleOf(`Bearer token-of-a-${role}`)).toBe(role);
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['no token', 'Bearer '],
    ['another token', 'Bearer token-of-an-owner'],
    ['the beginning of a token', 'Bearer token-of-a-adm'],
    ['a token and more', 'Bearer token-of-a-admin!'],
    ['another case', 'Bearer TOKEN-OF-A-ADMIN'],
    ['another kind of authentication', `Basic ${btoa('token-of-a-admin:')}`],
    ['a bare token', 'token-of-a-admin'],
  ])('%s has none', (_, authorization) => {
    expect(TOKENS.roleOf(authorization)).toBeUndefined();
  });

  it('does not depend on how "Bearer" is written', () => {
    expect(TOKENS.roleOf('bearer token-of-a-viewer')).toBe('viewer');
  });

  it('of a token that was given twice is the first one', () => {
    const twice = new TokenRoles([
      { role: 'admin', token: 'same' },
      { role: 'viewer', token: 'same' },
    ]);
    expect(twice.roleOf('Bearer same')).toBe('admin');
  });

  it('is none where there are no tokens', () => {
    expect(new TokenRoles([]).roleOf('Bearer x')).toBeUndefined();
  });
});

class Open {
  handler(): void {}
}

@RequireRole('marketer')
class Marketing {
  handler(): void {}

  @RequireRole('viewer')
  forViewers(): void {}

  @RequireRole('operator')
  forOperators(): void {}
}

/** Asks a real server, whose routes are guarded as a controller's are. */
async function statusOf(
  path: string,
  { of = Open, method = 'handler', role }: { of?: typeof Open | typeof Marketing; method?: string; role?: Role } = {},
): Promise<string> {
  const server = Fastify();
  const guard = new RoleGuard(TOKENS);
  const handler = (request: FastifyRequest, reply: FastifyReply): void => {
    const context = {
      switchToHttp: () => ({ getRequest: () => request }),
      getHandler: () => of.prototype[method as 'handler'],
      getClass: () => of,
    };
    try {
      void reply.send(guard.canActivate(context as unknown as ExecutionContext) ? 'let in' : 'false');
    } catch (error) {
      void reply.send((error as WaymarkError).code);
    }
  };
  for (const route of ['/api/thing/:id', '/v1/thing/:id', '/livez']) server.get(route, handler);
  const headers = role && { authorization: `Bearer token-of-a-${role}` };
  const { body } = await server.inject({ url: path, headers });
  await server.close();
  return body;
}

describe('the guard', () => {
  const marketing = { of: Marketing };

  it.each<[string, Parameters<typeof statusOf>[1], Record<Role | 'nobody', boolean>]>([
    [
      'a controller for marketers',
      marketing,
      { nobody: false, viewer: false, marketer: true, operator: true, admin: true },
    ],
    [
      'its route for viewers',
      { ...marketing, method: 'forViewers' },
      { nobody: false, viewer: true, marketer: true, operator: true, admin: true },
    ],
    [
      'its route for operators',
      { ...marketing, method: 'forOperators' },
      { nobody: false, viewer: false, marketer: false, operator: true, admin: true },
    ],
    [
      'a route under /api that says nothing',
      {},
      { nobody: false, viewer: false, marketer: false, operator: false, admin: true },
    ],
  ])('%s: each role may do what those before it may', async (_, route, expected) => {
    for (const [who, may] of Object.entries(expected) as [Role | 'nobody', boolean][]) {
      const role = who === 'nobody' ? undefined : who;
      const refused = role === undefined ? 'UNAUTHORIZED' : 'FORBIDDEN';
      expect([who, await statusOf('/api/thing/1', { ...route, role })]).toEqual([who, may ? 'let in' : refused]);
    }
  });

  it.each(['/v1/thing/1', '/livez', '/livez?x=/api'])('%s is open: it has other keys or none', async (path) => {
    expect(await statusOf(path)).toBe('let in');
  });

  it('guards what carries a role wherever it is', async () => {
    expect(await statusOf('/v1/thing/1', marketing)).toBe('UNAUTHORIZED');
    expect(await statusOf('/v1/thing/1', { ...marketing, role: 'marketer' })).toBe('let in');
  });

  it.each(['/%61pi/thing/1', '/a%70i/thing/1', '/api/thing/1?x=1', 'http://host/api/thing/1'])(
    '%s is under /api however it is written',
    async (path) => {
      expect(await statusOf(path)).toBe('UNAUTHORIZED');
    },
  );

  it('says which role is missing', () => {
    const context = {
      switchToHttp: () => ({
        getRequest: () => ({ routeOptions: {}, url: '/api', headers: { authorization: 'Bearer token-of-a-viewer' } }),
      }),
      getHandler: () => Open.prototype.handler,
      getClass: () => Open,
    };
    expect(() => new RoleGuard(TOKENS).canActivate(context as unknown as ExecutionContext)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: 'this needs the role admin; the token has viewer' }),
    );
  });
});
