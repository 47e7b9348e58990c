import { z } from 'zod';
import { instantSchema } from '../json.js';
import { versionIdSchema } from '../ids.js';
import { durationSchema, resourceIdSchema } from './parts.js';
import { stepIdSchema } from './steps/step-parts.js';

/** For how long the messages of a paused journey are held when nobody says it. */
export const HOLD_DEFAULT = 'P7D';

/** R26: what happens meanwhile to those who knock, to timers, and to messages not handed over. */
export const pauseSwitchesSchema = z.strictObject({
  /** For each entrant: what it waits longer than this is refused, reason JOURNEY_PAUSED. */
  entrants: z.union([z.literal('discard'), z.strictObject({ queue: durationSchema })]).default({ queue: 'P1D' }),
  timers: z.enum(['run', 'freeze']).default('run'),
  /** What is held longer than this is suppressed, reason TTL. */
  actions: z
    .union([z.literal('discard'), z.literal('letThrough'), z.strictObject({ hold: durationSchema })])
    .default({ hold: HOLD_DEFAULT }),
});
export type PauseSwitches = z.infer<typeof pauseSwitchesSchema>;

/** R22: for steps of earlier versions, the step of the new one, `stay` in the version entered, or `exit`. */
export const migrationMapSchema = z.record(stepIdSchema, z.union([stepIdSchema, z.enum(['stay', 'exit'])]));
export type MigrationMap = z.infer<typeof migrationMapSchema>;

/** R24: of the splits of the version migrated to, by seed, as far as they are not the first. */
const epochsSchema = z.record(z.string(), z.number().int().min(2)).optional();

const jobId = z.string().min(1);

/** Work on all instances of a journey, done page by page in every partition. */
export const journeyJobSchema = z.discriminatedUnion('type', [
  /** R28: ends them, reason STOPPED. */
  z.strictObject({ type: z.literal('stop'), id: jobId }),
  /** R27: timers that stood still between two moments are put off by as much. */
  z.strictObject({ type: z.literal('thaw'), id: jobId, from: instantSchema, to: instantSchema }),
  /** R22. */
  z.strictObject({
    type: z.literal('migrate'),
    id: jobId,
    to: versionIdSchema,
    map: migrationMapSchema,
    epochs: epochsSchema,
  }),
]);
export type JourneyJob = z.infer<typeof journeyJobSchema>;

/** What people in charge have said of a journey. It stands in no file, and travels the ring as resources do (R21). */
export const journeyControlSchema = z.strictObject({
  kind: z.literal('journey-control'),
  /** The journey's. */
  id: resourceIdSchema,
  state: z.enum(['running', 'paused', 'closed']),
  /** While it is paused. */
  pause: pauseSwitchesSchema.extend({ since: instantSchema }).optional(),
  /** Oldest first; of a partition's jobs the first one not done is worked on. */
  jobs: z.array(journeyJobSchema),
});
export type JourneyControl = z.infer<typeof journeyControlSchema>;
