import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ManualClock } from '@waymark/ports';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkedApp } from '../testing/checked-app.js';
import { memoryPlatform } from '../testing/memory-platform.js';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: object;
}

interface Operation {
  operationId: string;
  summary: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }>; required: boolean };
  responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }>; description: string }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

let apps: NestFastifyApplication[];
beforeEach(() => {
  apps = [];
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
});

/** The document of a process, and the routes that its server has. */
async function describedBy(env: Record<string, string> = {}): Promise<{ document: Document; routes: string[] }> {
  const platform = await memoryPlatform(new ManualClock(0), env);
  const { app } = await checkedApp(platform);
  apps.push(app);
  const routes: string[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`);
    });
  await app.init();
  const answer = await app.inject({ method: 'GET', url: '/openapi.json' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, expect.stringContaining('json')]);
  return { document: answer.json<Document>(), routes };
}

const contentOf = ({ content = {} }: { content?: Record<string, { schema: Record<string, unknown> }> }) =>
  Object.values(content).map(({ schema }) => schema);

const operationsOf = ({ paths }: Document): [string, Operation][] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      operation,
    ]),
  );

describe('GET /openapi.json', () => {
  it('has every address of the process, and no other', async () => {
    const { document, routes } = await describedBy();
    const described = operationsOf(document).map(([route]) => route);
    expect(described.length).toBeGreaterThan(40);
    expect(described.sort()).toEqual(routes.sort());
  });

  it('has the addresses of the services that the process runs', async () => {
    const { document } = await describedBy({ WAYMARK_TARGET: 'personalization' });
    const paths = Object.keys(document.paths);
    expect(paths).toEqual(expect.arrayContaining(['/v1/decide', '/api/status', '/livez', '/openapi.json']));
    expect(paths.filter((path) => path.startsWith('/api/journeys') || path === '/v1/batch')).toEqual([]);
  });

  it('is well made: ids once, every part of a path a parameter, every reference and schema good', async () => {
    const { document } = await describedBy();
    expect(document.openapi).toMatch(/^3\.1\./);
    const operations = operationsOf(document);
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://waymark.test/openapi', components: document.components });
    for (const [route, { summary, security, parameters, requestBody, responses }] of operations) {
      expect({ route, summary }).toEqual({ route, summary: expect.stringMatching(/^[A-Z].{8,}/) });
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect({ route, inPath }).toEqual({ route, inPath: [...route.matchAll(/:(\w+)/g)].map(([, name]) => name) });
      for (const scheme of security.flatMap(Object.keys))
        expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
      expect(responses['default']).toEqual({ $ref: '#/components/responses/Problem' });
      const bodies = [requestBody, ...Object.values(responses)].flatMap((each) => contentOf(each ?? {}));
      for (const schema of [...parameters.map((each) => each.schema), ...bodies]) {
        const text = JSON.stringify(schema).replaceAll('"#/', '"https://waymark.test/openapi#/');
        expect(() => ajv.compile(JSON.parse(text) as object)).not.toThrow();
        expect(text).not.toMatch(/"\$ref":"#/);
      }
    }
  });

  it('has a schema for every answer that has a body', async () => {
    const { document } = await describedBy();
    const answers = operationsOf(document).flatMap(
      ([
        route,
        {
          responses: { default: _, ...good },
        },
      ]) =>
        Object.entries(good).map(([status, answer]) => ({ route, status, types: Object.keys(answer.content ?? {}) })),
    );
    const namedBy = (of: (types: string[]) => boolean): string[] =>
      answers.filter(({ types }) => of(types)).map(({ route, status }) => `${route} ${status}`);
    expect(namedBy((types) => types.length === 0)).toEqual([
      'PATCH /api/customers/:id 202',
      'PUT /api/customers/:id/agency 202',
      'PUT /api/customers/:id/consents 202',
      'POST /api/customers/:id/merges/:mergeId/undo 202',
      'POST /api/journeys/:id/instances 202',
      'POST /v1/respond 202',
      'POST /v1/undo 202',
    ]);
    expect(namedBy(([type]) => type === 'text/plain')).toEqual(['GET /metrics 200']);
    expect(namedBy(([type = 'application/json']) => type !== 'text/plain' && type !== 'application/json')).toEqual([]);
    expect(answers.filter(({ status }) => status === '503').map(({ route }) => route)).toEqual([
      'GET /livez',
      'GET /readyz',
    ]);
  });

  it('refers to what has a name, which may get keys in later versions', async () => {
    const { document } = await describedBy();
    const operations = new Map(operationsOf(document));
    const journey = operations.get('GET /api/journeys/:id')!.responses['200']!;
    expect(contentOf(journey)).toEqual([{ $ref: '#/components/schemas/JourneyReport' }]);
    const report = document.components.schemas['JourneyReport'];
    expect(report).toMatchObject({ required: expect.arrayContaining(['entered', 'active']) });
    expect(report).not.toHaveProperty('additionalProperties');
    const instance = document.components.schemas['Instance'];
    expect(instance).toMatchObject({
      properties: { customerId: { type: 'string' }, enteredAt: { type: 'string', format: 'date-time' } },
    });
  });

  it('says how each caller shows who it is', async () => {
    const { document } = await describedBy();
    const shownBy = new Map(operationsOf(document).map(([route, { security }]) => [route, security]));
    expect(shownBy.get('POST /v1/batch')).toEqual([{ writeKey: [] }]);
    expect(shownBy.get('POST /v1/:type')).toEqual([{ writeKey: [] }]);
    expect(shownBy.get('POST /v1/outcomes/:channel')).toEqual([{ signature: [] }]);
    expect(shownBy.get('POST /v1/decide')).toEqual([{ bearer: [] }]);
    const open = [...shownBy].filter(([, security]) => security.length === 0).map(([route]) => route);
    expect(open.sort()).toEqual(['GET /livez', 'GET /metrics', 'GET /openapi.json', 'GET /readyz']);
    const ofApi = [...shownBy].filter(([route]) => route.includes(' /api/')).map(([, security]) => security);
    expect(new Set(ofApi.map((security) => JSON.stringify(security)))).toEqual(new Set(['[{"bearer":[]}]']));
  });

  it('has what may be left out as such, and what is refused as refused', async () => {
    const { document } = await describedBy();
    const operations = new Map(operationsOf(document));
    const decide = operations.get('POST /v1/decide')!.requestBody!;
    expect(decide.required).toBe(true);
    expect(decide.content['application/json']!.schema).toMatchObject({
      additionalProperties: false,
      required: ['customer', 'slot'],
    });
    expect(operations.get('POST /api/journeys/:id/pause')!.requestBody!.required).toBe(false);
    const limits = operations.get('GET /api/deliveries')!.parameters;
    expect(limits).toEqual([
      { name: 'customer', in: 'query', required: true, schema: { type: 'string', minLength: 1 } },
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { default: 100, type: 'integer', minimum: 1, maximum: 1000 },
      },
    ]);
    expect(operations.get('POST /api/journeys/:id/instances')!.parameters).toContainEqual(
      expect.objectContaining({ name: 'idempotency-key', in: 'header', required: false }),
    );
  });
});
