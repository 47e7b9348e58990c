import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { EventSchema, JsonObject } from '@waymark/contracts';
import type { ActiveResources } from '@waymark/ports';
import { CHECKED_OWN_EVENTS, ownEventViolations } from './own-event-violations.js';

/** What becomes of an event whose properties were checked against its schema (R73). */
export interface Checked {
  properties: JsonObject;
  violations: string[];
  blocked: boolean;
}

/** The event schemas of a partition, by event name. */
export type EventSchemas = ReadonlyMap<string, (properties: JsonObject) => Checked>;

/**
 * Compiles the active event schemas. What the platform itself reads from consents and agency is checked beside them: an
 * event that it does not understand goes on, and its violations are the trace it leaves.
 */
export function compileEventSchemas(active: ActiveResources): EventSchemas {
  const schemas = active.resources.map(({ resource }) => resource).filter((resource) => resource.kind === 'event');
  const checks = schemas.length === 0 ? new Map<string, (properties: JsonObject) => Checked>() : compiled(schemas);
  for (const name of CHECKED_OWN_EVENTS) checks.set(name, ownChecker(name, checks.get(name) ?? unchecked));
  return checks;
}

/** Making the compiler costs more than most schemas, so that a workspace without them makes none. */
function compiled(schemas: readonly EventSchema[]): Map<string, (properties: JsonObject) => Checked> {
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  return new Map(schemas.map((schema) => [schema.name, checker(schema, ajv.compile(schema.properties))]));
}

function unchecked(properties: JsonObject): Checked {
  return { properties, violations: [], blocked: false };
}

/** Adds what the platform does not understand of the properties as they came to what their schema says of them. */
function ownChecker(name: string, check: (properties: JsonObject) => Checked): (properties: JsonObject) => Checked {
  return (properties) => {
    const checked = check(properties);
    return { ...checked, violations: [...checked.violations, ...ownEventViolations(name, properties)] };
  };
}

function checker({ onViolation }: EventSchema, validate: ValidateFunction): (properties: JsonObject) => Checked {
  return (properties) => {
    if (validate(properties)) return unchecked(properties);
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
