import { RESOURCE_SCHEMAS, scenarioSchema, type JsonObject } from '@waymark/contracts';
import { z } from 'zod';

const SCHEMAS: Record<string, z.ZodType> = { ...RESOURCE_SCHEMAS, scenario: scenarioSchema };

export const SCHEMA_KINDS = Object.keys(SCHEMAS);

/** The JSON Schema of a kind, for editors; undefined for a kind there is not. */
export function kindSchema(kind: string): JsonObject | undefined {
  const schema = Object.hasOwn(SCHEMAS, kind) ? SCHEMAS[kind] : undefined;
  return schema && (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject);
}
