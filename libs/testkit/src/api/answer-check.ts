import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Schema = Record<string, unknown>;
type Responses = Record<string, { content?: Record<string, { schema: Schema }> }>;

/** As much of an OpenAPI document as its answers need. */
export interface ApiDocument {
  paths: Record<string, Record<string, { responses: Responses }>>;
  components: { schemas: Record<string, Schema> };
}

export interface ApiAnswer {
  method: string;
  /** With its query, if it has one. */
  path: string;
  status: number;
  type: string;
  body: string;
}

interface Route {
  /** Such as `GET /api/journeys/{id}`. */
  name: string;
  matches: RegExp;
  responses: Responses;
}

const HERE = 'https://waymark.test/api';
const PROBLEM: Record<string, { schema: Schema }> = {
  'application/problem+json': { schema: { $ref: `${HERE}#/components/schemas/Problem` } },
};

/**
 * Holds what a system answers against its own OpenAPI document, strictly: a key that the document does not have is a mistake here,
 * though clients are told to expect some in later versions. Remembers what was answered well, and so what nobody has asked for.
 */
export class AnswerCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  readonly #routes: Route[];
  readonly #compiled = new Map<Schema, ValidateFunction>();
  readonly #seen = new Set<string>();

  constructor(document: ApiDocument) {
    const { paths, components } = closed(absolute(document)) as ApiDocument;
    formats.default(this.#ajv);
    this.#ajv.addSchema({ $id: HERE, components });
    this.#routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { responses }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        matches: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
        responses,
      })),
    );
    this.#routes.sort((a, b) => a.name.split('{').length - b.name.split('{').length);
  }

  /** Routes of which nothing was seen but problems and empty lists. */
  get unseen(): string[] {
    return this.#routes.filter(({ name }) => !this.#seen.has(name)).map(({ name }) => name);
  }

  /** What is wrong with an answer, in a sentence; undefined for one that is as the document says. */
  mistake({ method, path, status, type, body }: ApiAnswer): string | undefined {
    const [bare] = path.split('?', 1) as [string];
    const route = this.#routes.find(({ name, matches }) => name.startsWith(`${method} `) && matches.test(bare));
    const described = route?.responses[String(status)];
    const content = described === undefined ? PROBLEM : described.content;
    const said = `${method} ${bare}, ${status}`;
    if (described === undefined && status < 400) return `${said}: the document has no such answer`;
    const wrong =
      content === undefined ? body !== '' && `a body, where there should be none` : this.#wrong(content, type, body);
    if (wrong) return `${said}: ${wrong}`;
    if (route && described && body !== '[]') this.#seen.add(route.name);
    return undefined;
  }

  #wrong(content: Record<string, { schema: Schema }>, type: string, body: string): string | false {
    const [media, { schema }] = Object.entries(content)[0] as [string, { schema: Schema }];
    if (!type.startsWith(media)) return `it is ${type || 'of no type'}, and not ${media}`;
    if (!media.endsWith('json')) return false;
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    if (validate(JSON.parse(body))) return false;
    const errors = validate.errors!.map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
    return errors.slice(0, 5).join('; ');
  }
}

/** References within the document, so that they lead there from anywhere. */
function absolute(document: ApiDocument): ApiDocument {
  return JSON.parse(JSON.stringify(document).replaceAll('"#/', `"${HERE}#/`)) as ApiDocument;
}

/** The same, but that objects have no other keys than those that are named. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value)] as const);
  const schema: Schema = Object.fromEntries(entries);
  const isOpen = schema['type'] === 'object' && 'properties' in schema && !('additionalProperties' in schema);
  return isOpen ? { ...schema, additionalProperties: false } : schema;
}
