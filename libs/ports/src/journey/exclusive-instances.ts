import { WaymarkError, type InstanceId } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import type { JourneyChanges } from './journey-store.js';

type Changes = Pick<JourneyChanges, 'instances' | 'removed'>;

/** R1 for stores in memory, as PostgreSQL holds it by an index: of a journey, customer and key one exclusive instance is active at most. */
export class ExclusiveInstances {
  readonly #active = new Map<string, InstanceId>();

  /** Throws STATE_CONFLICT when a batch would make a second one active; one may end in it and another begin. */
  check({ instances, removed }: Changes): void {
    const gone = new Set([...removed, ...instances.filter((each) => !isHeld(each)).map(({ id }) => id)]);
    const held = new Map<string, InstanceId>();
    for (const instance of instances.filter(isHeld)) {
      const key = keyOf(instance);
      const before = this.#active.get(key);
      const holder = held.get(key) ?? (before === undefined || gone.has(before) ? instance.id : before);
      if (holder !== instance.id)
        throw new WaymarkError('STATE_CONFLICT', `another instance of ${instance.journeyId} is active`);
      held.set(key, holder);
    }
  }

  /** Takes what {@link check} has let pass; `before` gives instances as they were. */
  apply({ instances, removed }: Changes, before: (id: InstanceId) => Instance | undefined): void {
    for (const id of removed) this.#release(id, before(id));
    for (const instance of instances) if (!isHeld(instance)) this.#release(instance.id, instance);
    for (const instance of instances) if (isHeld(instance)) this.#active.set(keyOf(instance), instance.id);
  }

  #release(id: InstanceId, instance: Instance | undefined): void {
    if (instance && this.#active.get(keyOf(instance)) === id) this.#active.delete(keyOf(instance));
  }
}

function isHeld({ status, exclusive }: Instance): boolean {
  return status === 'active' && exclusive === true;
}

function keyOf({ customerId, journeyId, correlationKey }: Instance): string {
  return JSON.stringify([customerId, journeyId, correlationKey]);
}
