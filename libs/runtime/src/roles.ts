import { createHash, timingSafeEqual } from 'node:crypto';
import { SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WaymarkError } from '@waymark/contracts';
import type { FastifyRequest } from 'fastify';

/** Each role may do what those before it may. */
export const ROLES = ['viewer', 'marketer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const ROLE_KEY = 'waymark:role';
const reflector = new Reflector();

/** The least role a bearer token must have for a controller or route. Without it a route under `/api` asks for `admin`. */
export function RequireRole(role: Role): CustomDecorator {
  return SetMetadata(ROLE_KEY, role);
}

export interface BearerToken {
  role: Role;
  token: string;
}

/** Finds the role of a bearer token, comparing digests in constant time against every known token. */
export class TokenRoles {
  readonly #tokens: readonly { role: Role; digest: Buffer }[];

  constructor(tokens: readonly BearerToken[]) {
    this.#tokens = tokens.map(({ role, token }) => ({ role, digest: digest(token) }));
  }

  roleOf(authorization: string | undefined): Role | undefined {
    const given = authorization?.match(/^Bearer (.+)$/i)?.[1];
    if (given === undefined) return undefined;
    const wanted = digest(given);
    let role: Role | undefined;
    for (const known of this.#tokens) if (timingSafeEqual(known.digest, wanted)) role ??= known.role;
    return role;
  }
}

/** Guards every route under `/api`, and any other that carries {@link RequireRole}. */
export class RoleGuard implements CanActivate {
  constructor(private readonly roles: TokenRoles) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const required = requiredRole(context.getHandler(), context.getClass(), routeOf(request));
    if (required === undefined) return true;
    const role = this.roles.roleOf(request.headers.authorization);
    if (role === undefined) {
      throw new WaymarkError(
        'UNAUTHORIZED',
        'a bearer token is needed: Authorization: Bearer TOKEN, with a token of this system',
      );
    }
    if (ROLES.indexOf(role) < ROLES.indexOf(required)) {
      throw new WaymarkError('FORBIDDEN', `this needs the role ${required}; the token has ${role}`);
    }
    return true;
  }
}

/** The least role that a route asks for; undefined where anybody may come. */
export function requiredRole(handler: object, controller: Type, route: string): Role | undefined {
  const said = reflector.getAllAndOverride<Role | undefined>(ROLE_KEY, [handler as never, controller]);
  return said ?? (route.startsWith('/api') ? 'admin' : undefined);
}

/** The route and not the URL, which has other spellings: `/%61pi/…`, `http://host/api/…`. */
function routeOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
