import { z } from 'zod';
import {
  durationSchema,
  localTimeSchema,
  messageClassSchema,
  resourceIdSchema,
  weekdaySchema,
  zoneSchema,
} from '../parts.js';

/** The id of a step; `stay` and `exit` are reserved for migrations. */
export const stepIdSchema = resourceIdSchema.refine(
  (id) => id !== 'stay' && id !== 'exit',
  'stay and exit are not step ids',
);

/** What every step may say of itself. */
export const described = {
  stage: z.string().optional(),
  touchpoint: z.string().optional(),
  job: z.string().optional(),
};

/** A moment on a clock. */
export const clockTime = {
  at: localTimeSchema.optional(),
  weekdays: z.array(weekdaySchema).min(1).optional(),
  zone: zoneSchema.optional(),
};

/** How a message that a step asks for is treated. */
export const treatment = {
  class: messageClassSchema.optional(),
  categories: z.array(resourceIdSchema).optional(),
  priority: z.number().optional(),
  ttl: durationSchema.optional(),
};

/** The ways on from a message, besides that of one that was handed over. */
export const withoutMessage = { suppressed: stepIdSchema.optional(), failed: stepIdSchema.optional() };
