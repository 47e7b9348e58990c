import {
  consentStatusSchema,
  customerEventSchema,
  customerIdSchema,
  instantSchema,
  jsonObjectSchema,
  messageClassSchema,
  purposeSchema,
  strategySchema,
  type ShapeOf,
} from '@waymark/contracts';
import type { Contact, CustomerContext, Parted } from '@waymark/customer-context';
import type { StoredEvent } from '@waymark/ports';
import { z } from 'zod';

const count = z.number().int();

const contactSchema = z.object({
  channel: z.string(),
  class: messageClassSchema,
  categories: z.array(z.string()),
  journeyId: z.string().optional(),
  at: instantSchema,
} satisfies ShapeOf<Contact>);

const partedSchema = z.object({
  id: customerIdSchema,
  ids: z.array(customerIdSchema).describe('all that are hers again'),
  at: instantSchema,
} satisfies ShapeOf<Parted>);

/** All that is known of a customer. */
export const customerContextSchema = z
  .object({
    id: customerIdSchema,
    version: count.describe('rises by one with every batch that changed it'),
    traits: jsonObjectSchema,
    counters: z
      .record(z.string(), z.number())
      .describe('how often each event name was seen, and what journeys have added'),
    lastSeen: z.record(z.string(), instantSchema).describe('when each event name was last seen'),
    orders: z
      .object({
        count,
        value: z.number(),
        firstAt: instantSchema.optional(),
        lastAt: instantSchema.optional(),
      })
      .describe("recency, frequency and value of orders, in the workspace's currency"),
    segments: z.array(z.string()),
    consents: z
      .record(z.string(), z.partialRecord(purposeSchema, consentStatusSchema))
      .describe('by channel, and by purpose'),
    agency: z
      .record(z.string(), strategySchema)
      .describe('the highest strategy she allows, by category (* is any other)'),
    stage: z.string().optional(),
    journeys: z
      .record(z.string(), z.object({ active: count, stage: z.string().optional() }))
      .describe('how many of her instances are active, and the stage she is at'),
    contacts: z.array(contactSchema).describe('what reached her, the newest last'),
    mergedInto: customerIdSchema.optional().describe('who she turned out to be'),
    mergedFrom: z.array(customerIdSchema).optional().describe('who turned out to be her, the last one last'),
    parted: z.array(partedSchema).optional().describe('who turned out to be her, and then not to be'),
    partedFrom: z
      .object({ id: customerIdSchema, at: instantSchema })
      .optional()
      .describe('whom she was taken for until that merge was undone'),
    dropped: z.array(z.string()).describe('what was dropped because there was too much of it'),
  } satisfies ShapeOf<CustomerContext>)
  .meta({ id: 'Customer' });

/** An event as it is kept. */
export const storedEventSchema = z
  .object({
    event: customerEventSchema,
    bodyHash: z.string().describe('SHA-256 of what the sender sent; empty where the platform itself made it'),
    violations: z.array(z.string()).describe("where it broke its event's schema"),
    blocked: z.boolean().describe("whether the schema's onViolation: block kept it from going on"),
  } satisfies ShapeOf<StoredEvent>)
  .meta({ id: 'StoredEvent' });
