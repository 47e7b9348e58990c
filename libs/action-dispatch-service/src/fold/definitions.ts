import type { Channel, ContactPolicy } from '@waymark/contracts';
import type { ActiveResources } from '@waymark/ports';

/** What a partition hands over with. */
export interface DispatchDefinitions {
  channels: ReadonlyMap<string, Channel>;
  policies: readonly ContactPolicy[];
}

export function compileDefinitions({ resources }: ActiveResources): DispatchDefinitions {
  const all = resources.map(({ resource }) => resource);
  return {
    channels: new Map(all.flatMap((resource) => (resource.kind === 'channel' ? [[resource.id, resource]] : []))),
    policies: all.filter((resource) => resource.kind === 'contact-policy').sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** R42: whether sending again with the same key is safe. Our own inbox and log are; a webhook by default, as the key is sent; SMTP is not. */
export function honoursKeys({ type, idempotency }: Channel): boolean {
  return idempotency ?? type !== 'smtp';
}
