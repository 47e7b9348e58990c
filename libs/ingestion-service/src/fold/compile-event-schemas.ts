import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { EventSchema, JsonObject } from '@waymark/contracts';
import type { ActiveResources } from '@waymark/ports';

/** What becomes of an event whose properties were checked against its schema (R73). */
export interface Checked {
  properties: JsonObject;
  violations: string[];
  blocked: boolean;
}

/** The event schemas of a partition, by event name. */
export type EventSchemas = ReadonlyMap<string, (properties: JsonObject) => Checked>;

/** Compiles the active event schemas. */
export function compileEventSchemas(active: ActiveResources): EventSchemas {
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  const schemas = active.resources.map(({ resource }) => resource).filter((resource) => resource.kind === 'event');
  return new Map(schemas.map((schema) => [schema.name, checker(schema, ajv.compile(schema.properties))]));
}

function checker({ onViolation }: EventSchema, validate: ValidateFunction): (properties: JsonObject) => Checked {
  return (properties) => {
    if (validate(properties)) return { properties, violations: [], blocked: false };
    const errors = validate.errors ?? [];
    const violations = errors.map(
      (error) => `${pathOf(error).join('.') || 'properties'} ${error.message ?? 'is not valid'}`,
    );
    return {
      properties: onViolation === 'omit' ? without(properties, errors) : properties,
      violations,
      blocked: onViolation === 'block',
    };
  };
}

/** Leaves out the properties that broke the schema. */
function without(properties: JsonObject, errors: readonly ErrorObject[]): JsonObject {
  const broken = new Set(errors.map((error) => pathOf(error)[0] ?? surplusKey(error)));
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !broken.has(name)));
}

function pathOf({ instancePath }: ErrorObject): string[] {
  const [, ...parts] = instancePath.split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The property that the schema has no place for; such an error stands at the object around it. */
function surplusKey({ params }: ErrorObject): string | undefined {
  const { additionalProperty, propertyName } = params as { additionalProperty?: string; propertyName?: string };
  return additionalProperty ?? propertyName;
}
