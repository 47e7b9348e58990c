import { SCHEMA_VERSION, type ActInteraction, type ActStep, type DecideStep } from '@waymark/contracts';
import type { Run } from './run.js';

type Base = Omit<ActInteraction, 'type' | 'channel' | 'template' | 'content' | 'data'>;

/** What every request for a message carries: who, why, how it is to be treated (R33), and the frozen data (R60). */
export function requestBase(run: Run, step: ActStep | DecideStep): Base {
  const { customerId, entry, event, steps } = run.instance;
  const { policy } = run.journey;
  return {
    schemaVersion: SCHEMA_VERSION,
    customerId,
    actionId: run.actionId,
    cause: run.cause,
    requestedAt: run.nowIso,
    contextVersion: run.context.version,
    class: step.class ?? policy.class,
    categories: step.categories ?? policy.categories,
    priority: step.priority ?? policy.priority,
    ttl: step.ttl,
    entry,
    event,
    steps: { ...steps },
  };
}
