import {
  OWN_EVENTS,
  ownRecord,
  type Interaction,
  type JsonObject,
  type MessageId,
  type NewRecord,
} from '@waymark/contracts';
import type { Effect, Instance } from '@waymark/journey-engine';

/** What the records of one input have in common. */
export interface Emission {
  instance: Instance;
  /** ISO 8601. */
  at: string;
  /** When the event that moved it came in; undefined where a timer did. ISO 8601. */
  receivedAt?: string | undefined;
  /** What moved the instance: makes the ids of its records its own. */
  inputId: string;
  hashId: (...parts: string[]) => string;
}

/** The records of an instance's effects. `assigned` makes none, being a change of the store, and `call`, being an entry. */
export function effectRecords(effects: readonly Effect[], emission: Emission): NewRecord[] {
  return effects.flatMap((effect, index) => {
    switch (effect.type) {
      case 'interaction':
        return interaction({ ...effect.interaction, receivedAt: emission.receivedAt });
      case 'traits':
        return emitted(emission, {
          event: OWN_EVENTS.traitsUpdated,
          properties: { set: effect.set, add: effect.add },
          index,
        });
      case 'emit':
        return emitted(emission, { event: effect.event, properties: effect.properties, index });
      case 'stage':
        return emitted(emission, {
          event: OWN_EVENTS.stageEntered,
          properties: { ...named(emission.instance), stage: effect.stage },
          index,
        });
      case 'exposed':
        return emitted(emission, {
          event: OWN_EVENTS.experimentViewed,
          properties: {
            ...named(emission.instance),
            experiment_id: effect.seed,
            variation_id: effect.variant,
            stepId: effect.stepId,
            epoch: effect.epoch,
          },
          index,
        });
      case 'assigned':
      case 'call':
        return [];
    }
  });
}

function interaction(asked: Interaction): NewRecord {
  return { topic: 'interactions', key: asked.customerId, value: JSON.stringify(asked) };
}

/** `Journey Entered`, with the first stage, so that entering costs one record. */
export function enteredRecord(emission: Emission): NewRecord {
  const { instance } = emission;
  const properties = { ...named(instance), ...(instance.stage !== undefined && { stage: instance.stage }) };
  return emitted(emission, { event: OWN_EVENTS.journeyEntered, properties, index: -1 });
}

export function endedRecord(emission: Emission): NewRecord {
  const { instance } = emission;
  const properties = { ...named(instance), reason: instance.reason ?? '', converted: instance.converted !== undefined };
  return emitted(emission, { event: OWN_EVENTS.journeyEnded, properties, index: -2 });
}

function named({ journeyId, version }: Instance): JsonObject {
  return { journeyId, version };
}

function emitted(
  { instance, at, inputId, hashId }: Emission,
  { event, properties, index }: { event: string; properties: JsonObject; index: number },
): NewRecord {
  const { id, customerId, journeyId, step } = instance;
  return ownRecord({
    messageId: hashId('emit', id, inputId, String(index)) as MessageId,
    customerId,
    event,
    properties,
    at,
    cause: { instanceId: id, journeyId, stepId: step },
  });
}
