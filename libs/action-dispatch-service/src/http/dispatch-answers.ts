import {
  actionIdSchema,
  channelSchema,
  customerIdSchema,
  deliverActionSchema,
  type EpochMs,
  type ShapeOf,
} from '@waymark/contracts';
import type { Delivery, DispatchStore, InboxMessage, Suppression } from '@waymark/ports';
import { z } from 'zod';

const epochMs = z.number().int().describe('milliseconds since 1970-01-01T00:00:00Z') satisfies z.ZodType<EpochMs>;
const stateSchema = z.enum(['queued', 'claimed', 'retrying', 'sent', 'failed', 'suppressed', 'unknown']);

/** One message on its way, or how it ended. */
export const deliverySchema = z
  .object({
    actionId: actionIdSchema,
    customerId: customerIdSchema,
    channel: z.string(),
    state: stateSchema,
    dueAt: epochMs.optional().describe('when the next thing is to be done with it; absent when it is settled'),
    attempt: z.number().int().describe('tries so far'),
    heldFor: z.string().optional().describe('the paused journey that it is held for'),
    mayHaveLeft: z.boolean().optional().describe('an earlier try may have reached the customer, and nobody knows'),
    settledAt: epochMs.optional().describe('when it was handed over, or settled otherwise'),
    reason: z.string().optional().describe("why it was suppressed, or a provider's own words"),
    rule: z.string().optional().describe('the policy rule that suppressed it'),
    because: z.array(z.string()).describe('what was tested before the last hand-over, one sentence each'),
    action: deliverActionSchema.extend({ traceparent: z.string().optional() }),
  } satisfies ShapeOf<Delivery>)
  .meta({ id: 'Delivery' });

export type DeliveryCount = Awaited<ReturnType<DispatchStore['deliveryCounts']>>[number];
export const deliveryCountSchema = z
  .object({
    channel: z.string(),
    state: stateSchema,
    reason: z.string().optional(),
    count: z.number().int(),
  } satisfies ShapeOf<DeliveryCount>)
  .meta({ id: 'DeliveryCount' });

/** As it may be shown: without the secrets that somebody wrote in place. */
export const shownChannelSchema = channelSchema.meta({ id: 'Channel' });

export const suppressionSchema = z
  .object({
    channel: z.string(),
    customerId: customerIdSchema,
    reason: z.enum(['hard-bounce', 'complaint']),
    at: epochMs,
  } satisfies ShapeOf<Suppression>)
  .meta({ id: 'Suppression' });

export const inboxMessageSchema = z
  .object({
    actionId: actionIdSchema,
    customerId: customerIdSchema,
    channel: z.string(),
    subject: z.string().optional(),
    body: z.string(),
    at: epochMs,
  } satisfies ShapeOf<InboxMessage>)
  .meta({ id: 'InboxMessage' });
