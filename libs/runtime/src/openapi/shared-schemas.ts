import { WaymarkError, type JsonObject } from '@waymark/contracts';
import { z } from 'zod';

type Of = 'input' | 'output';

const LOCAL = '#/$defs/';

/**
 * zod schemas as the JSON Schema of one document. What has a name (`.meta({ id })`) stands once among `schemas` and is referred to,
 * and so is what refers to itself.
 */
export class SharedSchemas {
  readonly schemas: Record<string, JsonObject> = {};
  readonly #names = new Map<string, string>();

  /** `input` is what may be sent, before defaults are filled in; `output` what is answered. Throws DEFECT for two schemas of one name. */
  of(schema: z.ZodType, io: Of): JsonObject {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: lean(io) });
    const defs = Object.entries($defs) as [string, JsonObject][];
    const names = new Map(defs.map(([name, def]) => [`${LOCAL}${name}`, this.#nameOf(name, def)]));
    for (const [name, def] of defs) this.#keep(names.get(`${LOCAL}${name}`)!, moved(def, names));
    return moved(rest as JsonObject, names);
  }

  /** Its own name, or one for what is the same, whoever refers to it. */
  #nameOf(given: string, def: JsonObject): string {
    if (!given.startsWith('__')) return given;
    const text = JSON.stringify(def).replaceAll(`"${LOCAL}${given}"`, '"#"');
    const name = this.#names.get(text) ?? `Shared${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }

  #keep(name: string, schema: JsonObject): void {
    const before = this.schemas[name];
    if (before && JSON.stringify(before) !== JSON.stringify(schema))
      throw new WaymarkError('DEFECT', `two schemas of the API are called ${name}: a name is for one`);
    this.schemas[name] = schema;
  }
}

/**
 * A format says what its pattern would say at length. Of an answer nobody is told that it has no other keys: a later version may add
 * some, and who reads it goes by those it knows.
 */
function lean(io: Of): (of: { jsonSchema: z.core.JSONSchema.BaseSchema }) => void {
  return ({ jsonSchema }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };
}

function moved(schema: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    const name = key === '$ref' && typeof value === 'string' ? names.get(value) : undefined;
    return name === undefined ? value : `#/components/schemas/${name}`;
  });
  return JSON.parse(text) as JsonObject;
}
