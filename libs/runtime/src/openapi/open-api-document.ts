import { STATUS_CODES } from 'node:http';
import { problemSchema, type JsonObject } from '@waymark/contracts';
import { z } from 'zod';
import type { DescribedRoute } from './read-routes.js';
import { SharedSchemas } from './shared-schemas.js';

const PROBLEM = { $ref: '#/components/responses/Problem' };
const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of this system. Each role may do what those before it may: viewer, marketer, operator, admin.',
  },
  writeKey: {
    type: 'http',
    scheme: 'basic',
    description: 'The write key of a source as user name, without a password.',
  },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'Waymark-Signature',
    description: "`t=SECONDS,v1=HEX`: an HMAC-SHA256 over `SECONDS.BODY` with the channel's secret.",
  },
};
/** Told as a security scheme, and not as a parameter. */
const SECURITY_HEADERS = ['waymark-signature'];

/**
 * The OpenAPI 3.1 document of some routes. Bodies, queries and parameters are the schemas that parse them, as JSON Schema; answers are
 * the schemas that give their types. Throws DEFECT for two schemas of one name.
 */
export function openApiDocument(routes: readonly DescribedRoute[], version: string): JsonObject {
  const shared = new SharedSchemas();
  const paths: Record<string, JsonObject> = {};
  const ids = new Map<string, number>();
  for (const route of routes) {
    const name = `${route.controller}.${route.handler}`;
    const nth = (ids.get(name) ?? 0) + 1;
    ids.set(name, nth);
    const operationId = nth === 1 ? name : `${name}.${nth}`;
    paths[route.path] = { ...paths[route.path], [route.method]: { operationId, ...operation(route, shared) } };
  }
  const problem = shared.of(problemSchema, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Waymark',
      version,
      description: 'The addresses of this process. Errors are problem documents (RFC 9457).',
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      responses: {
        Problem: {
          description: 'What went wrong: `code` is for programs, `detail` for people.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      schemas: { ...shared.schemas, Problem: problem },
    },
  };
}

function operation(route: DescribedRoute, shared: SharedSchemas): JsonObject {
  const { summary, controller, role, by, body } = route;
  const scheme = by ?? (role === undefined ? undefined : 'bearer');
  return {
    summary,
    tags: [controller],
    ...(role !== undefined && { description: `Needs the role ${role}.` }),
    security: scheme === undefined ? [] : [{ [scheme]: [] }],
    parameters: parametersOf(route, shared),
    ...(body && {
      requestBody: { required: !accepts(body), content: { 'application/json': { schema: shared.of(body, 'input') } } },
    }),
    responses: responsesOf(route, shared),
  };
}

function responsesOf({ statuses, answer }: DescribedRoute, shared: SharedSchemas): JsonObject {
  const type = answer instanceof z.ZodString ? 'text/plain' : 'application/json';
  const content = answer instanceof z.ZodVoid ? {} : { content: { [type]: { schema: shared.of(answer, 'output') } } };
  const answers = statuses.map((status) => [status, { description: STATUS_CODES[status]!, ...content }] as const);
  return { ...Object.fromEntries(answers), default: PROBLEM };
}

function parametersOf({ params, query, headers }: DescribedRoute, shared: SharedSchemas): JsonObject[] {
  const inPath = params.map(({ name, schema }) => {
    return { name, in: 'path', required: true, schema: schema ? shared.of(schema, 'input') : { type: 'string' } };
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const type = schema as z.ZodType;
    return { name, in: 'query', required: !accepts(type), schema: shared.of(type, 'input') };
  });
  const inHeader = headers
    .filter((name) => !SECURITY_HEADERS.includes(name))
    .map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }));
  return [...inPath, ...inQuery, ...inHeader];
}

/** Whether nothing may be given. */
function accepts(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}
