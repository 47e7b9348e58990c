import type { Channel, ContactPolicy, PauseSwitches } from '@waymark/contracts';
import type { ActiveResources } from '@waymark/ports';

/** What a partition hands over with. */
export interface DispatchDefinitions {
  channels: ReadonlyMap<string, Channel>;
  policies: readonly ContactPolicy[];
  /** What happens to messages of paused journeys, by journey (R26). */
  pauses: ReadonlyMap<string, PauseSwitches['actions']>;
}

export function compileDefinitions({ resources }: ActiveResources): DispatchDefinitions {
  const all = resources.map(({ resource }) => resource);
  return {
    channels: new Map(all.flatMap((resource) => (resource.kind === 'channel' ? [[resource.id, resource]] : []))),
    policies: all.filter((resource) => resource.kind === 'contact-policy').sort((a, b) => (a.id < b.id ? -1 : 1)),
    pauses: new Map(
      all.flatMap((resource) =>
        resource.kind === 'journey-control' && resource.pause ? [[resource.id, resource.pause.actions]] : [],
      ),
    ),
  };
}

/** The journeys whose messages are held back. */
export function holdingJourneys({ pauses }: DispatchDefinitions): string[] {
  return [...pauses].flatMap(([journeyId, actions]) => (typeof actions === 'object' ? [journeyId] : []));
}

/** R42: whether sending again with the same key is safe. Our own inbox and log are; a webhook by default, as the key is sent; SMTP is not. */
export function honoursKeys({ type, idempotency }: Channel): boolean {
  return idempotency ?? type !== 'smtp';
}
