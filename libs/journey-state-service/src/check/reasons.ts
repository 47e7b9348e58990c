import { customerIdSchema, instanceIdSchema } from '@waymark/contracts';
import { z } from 'zod';

/** What can be wrong with what is stored of a journey's instances: what it means, and what is to be done. */
export const REASONS = {
  'unknown-version': {
    means: 'an active instance is in a version of its journey that is not kept',
    action:
      'restore the version from a backup: until then the first event or timer of this customer stops her partition',
  },
  'unknown-step': {
    means: 'an active instance is at a step that its version does not have',
    action: 'report it with the instance; `waymark migrate` to a version with that step moves it',
  },
  overdue: {
    means: 'a timer should have fired and has not, though nothing keeps its partition from it',
    action: 'is the partition stopped (`waymark doctor`)? If it runs, report it with the instance',
  },
  stuck: {
    means: 'an active instance waits for nothing that can come',
    action: 'report it with the instance; stopping or migrating its journey takes it out',
  },
  unanswered: {
    means: 'an instance waits for the outcome of a message for longer than that can take',
    action:
      'look among the dead letters for the outcome and redrive it; stopping or migrating its journey takes it out',
  },
  'lost-call': {
    means: 'a `call` waits for an instance that has ended or does not exist',
    action: 'look among the dead letters for its `Journey Ended` and redrive it',
  },
  'left-over': {
    means: 'an instance holds a timer, a request or a call that its state has no use for',
    action: 'report it with the instance',
  },
  columns: {
    means: 'what the store searches by disagrees with the instance itself',
    action: 'has somebody changed the table by hand? The instance (JSON) is the truth: write its columns anew from it',
  },
  ledger: {
    means: 'the entry ledger and the instances disagree about how many are active',
    action: 'report it with the instance: the customer may be refused at the door, or let in twice',
  },
  'orphaned-entrants': {
    means: 'people wait at the door of a journey that is gone',
    action: 'apply the journey again to let them in, or delete their rows of journey.entrants',
  },
} as const;

export type Reason = keyof typeof REASONS;

/** One thing that is wrong, with what is known of it. */
export const findingSchema = z
  .object({
    reason: z.enum(Object.keys(REASONS) as Reason[]),
    journeyId: z.string(),
    instanceId: instanceIdSchema.optional().describe('absent where it is about no instance'),
    customerId: customerIdSchema.optional(),
    version: z.string().optional(),
    step: z.string().optional(),
    means: z.string().describe('what the reason means'),
    detail: z.string().describe('what is wrong here, in a sentence'),
    action: z.string().describe('what is to be done'),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof findingSchema>;
