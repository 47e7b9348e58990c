import { z } from 'zod';
import { CHANNEL_TYPES } from '../outcome.js';
import { descriptive, durationSchema, resourceIdSchema } from './parts.js';

/** Where messages leave. Secrets only by reference: `{{ env.NAME }}`. */
export const channelSchema = z.strictObject({
  kind: z.literal('channel'),
  id: resourceIdSchema,
  name: z.string().optional(),
  ...descriptive,
  type: z.enum(CHANNEL_TYPES),
  /** smtp: `smtp://user:password@host:port`; webhook: where to POST. */
  url: z.string().optional(),
  /** smtp: the sender's address. */
  from: z.string().optional(),
  /** webhook: signs what is sent; any channel: verifies what comes to `/v1/outcomes/{channel}`. */
  secret: z.string().optional(),
  retry: z
    .strictObject({
      /** The first try is one. */
      attempts: z.number().int().min(1).max(50).default(8),
      base: durationSchema.default('PT1S'),
      max: durationSchema.default('PT10M'),
    })
    .default({ attempts: 8, base: 'PT1S', max: 'PT10M' }),
  timeout: durationSchema.default('PT10S'),
  /** Whether the provider honours idempotency keys (R42). */
  idempotency: z.boolean().optional(),
  /** Whether consent is asked for; by default on channels that reach a person's own address (R33). */
  consent: z.boolean().optional(),
});
export type Channel = z.infer<typeof channelSchema>;

/** R33: consent is asked for on channels that reach a person's own address, unless the channel says otherwise. */
export function asksConsent({ type, consent }: Pick<Channel, 'type' | 'consent'>): boolean {
  return consent ?? type === 'smtp';
}
