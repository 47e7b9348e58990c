import { problemSchema, type JsonObject } from '@waymark/contracts';
import { z } from 'zod';
import type { DescribedRoute } from './read-routes.js';

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
 * The OpenAPI 3.1 document of some routes. Bodies, queries and parameters are the schemas that parse them, as JSON Schema; what is
 * answered is typed by the program and has no schema.
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
  const problem = shared.of(problemSchema);
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
  const { summary, controller, status, role, by, body } = route;
  const scheme = by ?? (role === undefined ? undefined : 'bearer');
  return {
    summary,
    tags: [controller],
    ...(role !== undefined && { description: `Needs the role ${role}.` }),
    security: scheme === undefined ? [] : [{ [scheme]: [] }],
    parameters: parametersOf(route, shared),
    ...(body && {
      requestBody: { required: !accepts(body), content: { 'application/json': { schema: shared.of(body) } } },
    }),
    responses: { [String(status)]: { description: 'Done.' }, default: PROBLEM },
  };
}

function parametersOf({ params, query, headers }: DescribedRoute, shared: SharedSchemas): JsonObject[] {
  const inPath = params.map(({ name, schema }) => {
    return { name, in: 'path', required: true, schema: schema ? shared.of(schema) : { type: 'string' } };
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    return { name, in: 'query', required: !accepts(schema as z.ZodType), schema: shared.of(schema as z.ZodType) };
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

/** What schemas refer to within themselves, once for all of them: in a document they are at another place. */
class SharedSchemas {
  readonly schemas: Record<string, JsonObject> = {};
  readonly #names = new Map<string, string>();

  of(schema: z.ZodType): JsonObject {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    const names = new Map(Object.entries($defs).map(([name, def]) => [`#/$defs/${name}`, this.#nameOf(def)]));
    for (const [name, def] of Object.entries($defs))
      this.schemas[names.get(`#/$defs/${name}`)!] = moved(def as JsonObject, names);
    return moved(rest as JsonObject, names);
  }

  /** One name for what is the same, whoever refers to it. */
  #nameOf(def: unknown): string {
    const text = JSON.stringify(def);
    const name = this.#names.get(text) ?? `Shared${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}

function moved(schema: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    const name = key === '$ref' && typeof value === 'string' ? names.get(value) : undefined;
    return name === undefined ? value : `#/components/schemas/${name}`;
  });
  return JSON.parse(text) as JsonObject;
}
