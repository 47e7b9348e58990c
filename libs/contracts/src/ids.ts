import { z } from 'zod';

/** Text of a bounded length that every store keeps as it is: without NUL, and without half a surrogate pair, which has no UTF-8. */
export const plainText = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\u0000]*$/, 'must not contain NUL characters')
    .regex(/^\P{Cs}*$/u, 'must not contain half a surrogate pair');

const id = <B extends string>(brand: B) => plainText(300).brand(brand);

/** The person, as identity resolution names her. Key of every topic but `events.raw`. */
export const customerIdSchema = id('CustomerId');
export type CustomerId = z.infer<typeof customerIdSchema>;

/** The sender's id of one event; two events with one message id are one event (R71). */
export const messageIdSchema = plainText(100).brand('MessageId');
export type MessageId = z.infer<typeof messageIdSchema>;

/** One customer's run through one journey: `journeyId/customerId/correlationKey/ordinal` hashed (R1). */
export const instanceIdSchema = id('InstanceId');
export type InstanceId = z.infer<typeof instanceIdSchema>;

/** One action of one visit of one step; also the idempotency key sent to providers (R42). */
export const actionIdSchema = id('ActionId');
export type ActionId = z.infer<typeof actionIdSchema>;

/** One arbitration among offers (R55). */
export const decisionIdSchema = id('DecisionId');
export type DecisionId = z.infer<typeof decisionIdSchema>;

/** Content address (hash) of a published resource; immutable. */
export const versionIdSchema = id('VersionId');
export type VersionId = z.infer<typeof versionIdSchema>;

/** Where events come from: a write key's owner, or `waymark` for what the platform itself emits. */
export const sourceIdSchema = id('SourceId');
export type SourceId = z.infer<typeof sourceIdSchema>;

/** The source of everything the platform itself emits. */
export const OWN_SOURCE = sourceIdSchema.parse('waymark');
