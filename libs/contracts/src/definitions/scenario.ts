import { z } from 'zod';
import { OUTCOMES } from '../outcome.js';
import { jsonObjectSchema } from '../json.js';
import { migrationMapSchema, pauseSwitchesSchema } from './journey-control.js';
import { durationSchema, resourceIdSchema, strategySchema } from './parts.js';

const instant = z.iso.datetime({ offset: true });
const customer = z.string().min(1);
const common = {
  messageId: z.string().optional(),
  timestamp: instant.optional(),
  sentAt: instant.optional(),
  originalTimestamp: instant.optional(),
  context: jsonObjectSchema.optional(),
};

export const consentStatusSchema = z.enum(['granted', 'denied', 'withdrawn']);
export const purposeSchema = z.enum(['marketing', 'service']);

/** How a provider answers from now on. */
export const providerReplySchema = z.union([
  z.literal('ok'),
  z.strictObject({
    status: z.number().int(),
    retryAfter: z.number().nonnegative().optional(),
    body: z.string().optional(),
  }),
]);

export const RESPONSES = ['accepted', 'declined', 'dismissed'] as const;

/** One input of a scenario's entry: at most one of these keys. */
export const scenarioInputs = {
  track: z.strictObject({ customer, event: z.string(), properties: jsonObjectSchema.optional(), ...common }),
  identify: z.strictObject({ customer, traits: jsonObjectSchema.optional(), ...common }),
  page: z.strictObject({
    customer,
    name: z.string().optional(),
    category: z.string().optional(),
    properties: jsonObjectSchema.optional(),
    ...common,
  }),
  screen: z.strictObject({ customer, name: z.string().optional(), properties: jsonObjectSchema.optional(), ...common }),
  alias: z.strictObject({ customer, previousId: z.string(), ...common }),
  group: z.strictObject({ customer, groupId: z.string(), traits: jsonObjectSchema.optional(), ...common }),
  batch: z.record(z.string(), z.json()),
  consent: z.strictObject({ customer, channel: resourceIdSchema, purpose: purposeSchema, status: consentStatusSchema }),
  agency: z.strictObject({ customer, category: z.string(), level: strategySchema }),
  respond: z.strictObject({
    customer,
    step: z.string().optional(),
    offer: z.string().optional(),
    outcome: z.enum([...OUTCOMES, ...RESPONSES]),
  }),
  provider: z.strictObject({ channel: resourceIdSchema, reply: providerReplySchema }),
  publish: z.string(),
  decide: z.strictObject({ customer, slot: z.string(), context: jsonObjectSchema.optional() }),
  undo: z.strictObject({ customer, offer: z.string() }),
  pause: pauseSwitchesSchema.partial().extend({ journey: resourceIdSchema }),
  resume: z.strictObject({ journey: resourceIdSchema }),
  close: z.strictObject({ journey: resourceIdSchema }),
  stop: z.strictObject({ journey: resourceIdSchema }),
  migrate: z.strictObject({ journey: resourceIdSchema, map: migrationMapSchema }),
  enter: z.strictObject({ customer, journey: resourceIdSchema, data: jsonObjectSchema.optional() }),
  crash: z.enum(['ingestion', 'journey-state', 'personalization', 'action-dispatch']),
};

const perCustomer = <T extends z.ZodType>(value: T) => z.record(customer, value);
const state = z.union([z.string(), z.array(z.string())]);

/** Lists are exact, in time order, match on the fields given, and hold what happened since last named. */
export const scenarioLists = {
  sent: z.array(
    z.strictObject({
      customer: customer.optional(),
      step: z.string().optional(),
      journey: z.string().optional(),
      channel: z.string().optional(),
      subject: z.string().optional(),
      body: z.string().optional(),
      json: z.json().optional(),
      offer: z.string().optional(),
      class: z.string().optional(),
      at: instant.optional(),
    }),
  ),
  attempts: z.array(
    z.strictObject({
      customer: customer.optional(),
      channel: z.string().optional(),
      at: instant.optional(),
      status: z.number().optional(),
    }),
  ),
  suppressed: z.array(
    z.strictObject({
      customer: customer.optional(),
      step: z.string().optional(),
      journey: z.string().optional(),
      channel: z.string().optional(),
      reason: z.string().optional(),
      rule: z.string().optional(),
      at: instant.optional(),
    }),
  ),
  refused: z.array(
    z.strictObject({ customer: customer.optional(), journey: z.string().optional(), reason: z.string().optional() }),
  ),
  finished: z.array(
    z.strictObject({ customer: customer.optional(), journey: z.string().optional(), reason: z.string().optional() }),
  ),
  exposures: z.array(
    z.strictObject({
      customer: customer.optional(),
      journey: z.string().optional(),
      step: z.string().optional(),
      variant: z.string().optional(),
      epoch: z.number().int().optional(),
    }),
  ),
  conversions: z.array(
    z.strictObject({ customer: customer.optional(), journey: z.string().optional(), value: z.number().optional() }),
  ),
  rejected: z.array(
    z.strictObject({ index: z.number().optional(), status: z.number().optional(), reason: z.string().optional() }),
  ),
  events: z.array(
    z.strictObject({
      customer: customer.optional(),
      event: z.string().optional(),
      properties: jsonObjectSchema.optional(),
    }),
  ),
  deadLetters: z.array(z.strictObject({ service: z.string().optional(), reason: z.string().optional() })),
};

/** What `count` can count: the lists, and what is only counted. */
type Counted = keyof typeof scenarioLists | 'violations' | 'mismatches';
const COUNTED = [...(Object.keys(scenarioLists) as Counted[]), 'violations' as const, 'mismatches' as const];

export const scenarioExpectSchema = z.strictObject({
  ...Object.fromEntries(Object.entries(scenarioLists).map(([k, v]) => [k, v.optional()])),
  at: perCustomer(z.record(z.string(), state)).optional(),
  traits: perCustomer(jsonObjectSchema).optional(),
  agency: perCustomer(z.record(z.string(), z.string())).optional(),
  segments: perCustomer(z.array(z.string())).optional(),
  variants: perCustomer(z.record(z.string(), z.record(z.string(), z.string()))).optional(),
  decision: z
    .strictObject({
      customer,
      slot: z.string().optional(),
      winner: z.string().optional(),
      strategy: z.string().optional(),
      ranked: z.array(z.string()).optional(),
      candidates: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  count: z.partialRecord(z.enum(COUNTED), z.number().int()).optional(),
  violations: z.number().int().optional(),
  mismatches: z.number().int().optional(),
}) as z.ZodType<ScenarioExpect>;

type Lists = { [K in keyof typeof scenarioLists]?: z.infer<(typeof scenarioLists)[K]> };
/** What must have come of a scenario so far. */
export interface ScenarioExpect extends Lists {
  at?: Record<string, Record<string, string | string[]>>;
  traits?: Record<string, z.infer<typeof jsonObjectSchema>>;
  agency?: Record<string, Record<string, string>>;
  /** Exactly these, in any order. */
  segments?: Record<string, string[]>;
  variants?: Record<string, Record<string, Record<string, string>>>;
  decision?: {
    customer: string;
    slot?: string;
    winner?: string;
    strategy?: string;
    ranked?: string[];
    candidates?: Record<string, string>;
  };
  count?: { [K in Counted]?: number };
  violations?: number;
  mismatches?: number;
}

type Inputs = { [K in keyof typeof scenarioInputs]?: z.infer<(typeof scenarioInputs)[K]> };
/** One entry of the timeline: when, at most one input, at most one expectation. */
export interface ScenarioEntry extends Inputs {
  at?: string;
  after?: string;
  expect?: ScenarioExpect;
  repeat?: { times: number; every: string; as?: string; do: ScenarioEntry[] };
}

const entryKeys = {
  ...Object.fromEntries(Object.entries(scenarioInputs).map(([k, v]) => [k, v.optional()])),
  at: instant.optional(),
  after: durationSchema.optional(),
  expect: scenarioExpectSchema.optional(),
};

export const scenarioEntrySchema: z.ZodType<ScenarioEntry> = z.lazy(() =>
  z.strictObject({
    ...entryKeys,
    repeat: z
      .strictObject({
        times: z.number().int().min(1),
        every: durationSchema,
        as: z.string().optional(),
        do: z.array(scenarioEntrySchema),
      })
      .optional(),
  }),
);

export const scenarioSchema = z.strictObject({
  kind: z.literal('scenario'),
  id: resourceIdSchema,
  description: z.string().optional(),
  /** A folder or a list of files, relative to the scenario; by default the folder it is in. */
  workspace: z.union([z.string(), z.array(z.string())]).optional(),
  seed: z.number().int().optional(),
  start: instant,
  customers: z
    .record(
      customer,
      z.strictObject({
        traits: jsonObjectSchema.optional(),
        consents: z.record(z.string(), z.partialRecord(purposeSchema, consentStatusSchema)).optional(),
        agency: z.record(z.string(), strategySchema).optional(),
      }),
    )
    .default({}),
  timeline: z.array(scenarioEntrySchema),
  allowUnexpected: z.boolean().default(false),
});
export type Scenario = z.infer<typeof scenarioSchema>;
