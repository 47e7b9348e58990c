import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Finding } from './workspace-error.js';

/** Whether JSON Schemas can be compiled, together: two with one `$id` cannot. */
export class SchemaChecker {
  readonly #ajv = new Ajv({ strict: false, logger: false });

  constructor() {
    formats.default(this.#ajv);
  }

  /** `key` is where the schema stands in its resource. */
  check(schema: object, key: string): Finding[] {
    try {
      if (this.#ajv.validateSchema(schema) !== true) return [this.#misshapen(key)];
      this.#ajv.compile(schema);
      return [];
    } catch (error) {
      return [{ path: [key], code: 'SCHEMA', message: `not a JSON Schema: ${(error as Error).message}` }];
    }
  }

  #misshapen(key: string): Finding {
    const { instancePath = '', message = 'is not valid', params = {} } = this.#ajv.errors?.[0] ?? {};
    const path = [
      key,
      ...instancePath
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    ];
    const allowed: unknown = (params as { allowedValues?: unknown }).allowedValues;
    const choices = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
    return { path, code: 'SCHEMA', message: `not a JSON Schema: "${path.join('.')}" ${message}${choices}` };
  }
}
