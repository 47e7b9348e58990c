import type { CustomerId } from '@waymark/contracts';
import type { Clock, ContextReader, EventLog, JourneyStore } from '@waymark/ports';
import { EntryRequests } from './controls/entry-requests.js';
import { JourneyControls, type JourneyControlsPorts } from './controls/journey-controls.js';
import { JourneyApi } from './journey-api.js';
import { JourneyTimeline } from './journey-timeline.js';
import { VersionsReader, type VersionsPorts } from './journey-versions.js';
import { journeyTopology, type JourneyTopology } from './topology.js';

/** The journey-state service, ready to be driven by a processor or a simulation. */
export interface JourneyState {
  topology: JourneyTopology;
  api: JourneyApi;
  controls: JourneyControls;
  entries: EntryRequests;
  versions: VersionsReader;
  timeline: JourneyTimeline;
}

export interface JourneyStatePorts {
  store: JourneyStore;
  contexts: ContextReader;
  workspace: JourneyControlsPorts['workspace'] & VersionsPorts['workspace'];
  deliveries: JourneyControlsPorts['deliveries'];
  log: Pick<EventLog, 'append' | 'partitions'>;
  clock: Clock;
  resolve(id: string): Promise<CustomerId>;
}

export function createJourneyState(ports: JourneyStatePorts): JourneyState {
  const { store, log } = ports;
  return {
    topology: journeyTopology(ports),
    api: new JourneyApi(store, log.partitions),
    controls: new JourneyControls({ ...ports, partitions: log.partitions }),
    entries: new EntryRequests(ports),
    versions: new VersionsReader(ports),
    timeline: new JourneyTimeline(store),
  };
}
