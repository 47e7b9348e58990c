import { randomUUID } from 'node:crypto';
import type { CustomerId } from '@waymark/contracts';
import type { Clock, ContextReader, EventLog, PersonalizationStore } from '@waymark/ports';
import { DecisionTimeline } from './decision-timeline.js';
import type { PersonalizationDefinitions } from './fold/definitions.js';
import { OfferApi } from './offer-api.js';
import { personalizationTopology, type PersonalizationTopology } from './topology.js';

export interface PersonalizationOptions {
  store: PersonalizationStore;
  contexts: ContextReader;
  log: EventLog;
  clock: Clock;
  resolve: (id: string) => Promise<CustomerId>;
}

/** The personalization service, ready to be driven by HTTP, a processor or a simulation. */
export interface Personalization {
  topology: PersonalizationTopology;
  offers: OfferApi;
  timeline: DecisionTimeline;
}

export function createPersonalization(options: PersonalizationOptions): Personalization {
  let newest: PersonalizationDefinitions | undefined;
  const onCompiled = (definitions: PersonalizationDefinitions): void => {
    if (!newest || definitions.revision >= newest.revision) newest = definitions;
  };
  return {
    topology: personalizationTopology({ ...options, onCompiled }),
    offers: new OfferApi({ ...options, newId: randomUUID, definitions: () => newest }),
    timeline: new DecisionTimeline(options.store),
  };
}
