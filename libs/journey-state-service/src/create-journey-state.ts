import type { ContextReader, JourneyStore } from '@waymark/ports';
import { JourneyApi } from './journey-api.js';
import { JourneyTimeline } from './journey-timeline.js';
import { journeyTopology, type JourneyTopology } from './topology.js';

/** The journey-state service, ready to be driven by a processor or a simulation. */
export interface JourneyState {
  topology: JourneyTopology;
  api: JourneyApi;
  timeline: JourneyTimeline;
}

export function createJourneyState(ports: { store: JourneyStore; contexts: ContextReader }): JourneyState {
  return {
    topology: journeyTopology(ports),
    api: new JourneyApi(ports.store),
    timeline: new JourneyTimeline(ports.store),
  };
}
