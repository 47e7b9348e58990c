import {
  OWN_EVENTS,
  STRATEGIES,
  consentStatusSchema,
  purposeSchema,
  resourceIdSchema,
  strategySchema,
  type Json,
  type JsonObject,
} from '@waymark/contracts';
import { z } from 'zod';

/** What a property of an event of ours must be, and how that is said to who sent it. */
interface Needed {
  schema: { safeParse(value: Json | undefined): { success: boolean } };
  right: string;
}

const ID = 'which has 1 to 63 small letters, digits and hyphens';
/** Her level for all categories that she says nothing else of. */
const EVERY_CATEGORY = z.literal('*');

const NEEDED = new Map<string, Record<string, Needed>>([
  [
    OWN_EVENTS.consentUpdated,
    {
      channel: { schema: resourceIdSchema, right: `the id of a channel, ${ID}` },
      purpose: { schema: purposeSchema, right: oneOf(purposeSchema.options) },
      status: { schema: consentStatusSchema, right: oneOf(consentStatusSchema.options) },
    },
  ],
  [
    OWN_EVENTS.agencyUpdated,
    {
      category: { schema: EVERY_CATEGORY.or(resourceIdSchema), right: `* or the id of a category, ${ID}` },
      level: { schema: strategySchema, right: oneOf(STRATEGIES) },
    },
  ],
]);

/** The events that tell the platform something, and have no effect when it does not understand them. */
export const CHECKED_OWN_EVENTS: readonly string[] = [...NEEDED.keys()];

/** What keeps the properties of one of {@link CHECKED_OWN_EVENTS} from being understood, with what would be right. */
export function ownEventViolations(name: string, properties: JsonObject): string[] {
  return Object.entries(NEEDED.get(name) ?? {})
    .filter(([property, { schema }]) => !schema.safeParse(properties[property]).success)
    .map(([property, { right }]) => `${property} must be ${right}`);
}

function oneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}
