import { z } from 'zod';
import { actionRecordSchema } from './action.js';
import { cloudEventSchema } from './cloud-event.js';
import { eventRecordSchema } from './customer-event.js';
import { deadLettersRecordSchema } from './dead-letter.js';
import { decisionSchema } from './decision.js';
import { RESOURCE_SCHEMAS } from './definitions/resource.js';
import { scenarioSchema } from './definitions/scenario.js';
import { interactionRecordSchema } from './interaction.js';
import type { JsonObject } from './json.js';
import { outcomePropertiesSchema } from './outcome.js';
import { decisionMadePropertiesSchema } from './own-events.js';
import { problemSchema } from './problem.js';
import { rawRecordSchema } from './raw-event.js';
import { segmentCallSchema } from './segment-call.js';
import type { Topic } from './topics.js';

/** What the records of each topic are: their value, and what keys them. */
export const TOPIC_RECORDS = {
  'events.raw': { schema: rawRecordSchema, key: 'the id its sender used' },
  events: { schema: eventRecordSchema, key: 'the customer id' },
  interactions: { schema: interactionRecordSchema, key: 'the customer id' },
  actions: { schema: actionRecordSchema, key: 'the customer id' },
  'dead-letters': { schema: deadLettersRecordSchema, key: "the refused record's own key" },
} as const satisfies Record<Topic, { schema: z.ZodType; key: string }>;

/** The kinds of files in a workspace. */
const FILE_SCHEMAS = { ...RESOURCE_SCHEMAS, scenario: scenarioSchema };

/** What goes over the wire: the topics' records, and the bodies of HTTP. */
const WIRE_SCHEMAS = {
  ...Object.fromEntries(Object.entries(TOPIC_RECORDS).map(([topic, { schema }]) => [topic, schema])),
  'segment-call': segmentCallSchema,
  'cloud-event': cloudEventSchema,
  'outcome-properties': outcomePropertiesSchema,
  'decision-made-properties': decisionMadePropertiesSchema,
  decision: decisionSchema,
  problem: problemSchema,
};

const SCHEMAS: Record<string, z.ZodType> = { ...FILE_SCHEMAS, ...WIRE_SCHEMAS };

/** The names of the files' schemas, then of those on the wire. */
export const FILE_SCHEMA_NAMES = Object.keys(FILE_SCHEMAS);
export const WIRE_SCHEMA_NAMES = Object.keys(WIRE_SCHEMAS);

/** A schema by its name as JSON Schema 2020-12: what may be written, before defaults are filled in. Undefined for a name there is not. */
export function jsonSchema(name: string): JsonObject | undefined {
  const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (!schema) return undefined;
  return { title: name, ...(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject) };
}
