import { randomUUID } from 'node:crypto';
import type { Clock, EventLog, HotContext, IngestionStore, SourceRegistry, WorkspaceRegistry } from '@waymark/ports';
import { Acceptor, type AcceptWatch } from './accept/acceptor.js';
import { GroupAppend } from './accept/group-append.js';
import { CustomerApi } from './customer-api.js';
import { EventTimeline } from './event-timeline.js';
import { RefillingContextReader } from './refilling-context-reader.js';
import { SegmentApi } from './segment-api.js';
import { ingestionTopology, type IngestionTopology } from './topology.js';
import { WorkspaceApi, type CheckWorkspace } from './workspace-api.js';

const GROUP_MAX = 2_000;

export interface IngestionOptions extends AcceptWatch {
  store: IngestionStore;
  sources: SourceRegistry;
  registry: WorkspaceRegistry;
  log: EventLog;
  hot: HotContext;
  clock: Clock;
  /** Accepted events waiting for the log at most. */
  queueMax: number;
  check: CheckWorkspace;
}

/** The ingestion service, ready to be driven by HTTP, by a processor, or by a simulation. */
export interface Ingestion {
  topology: IngestionTopology;
  acceptor: Acceptor;
  append: GroupAppend;
  customers: CustomerApi;
  segments: SegmentApi;
  workspace: WorkspaceApi;
  contexts: RefillingContextReader;
  timeline: EventTimeline;
  sources: SourceRegistry;
}

export function createIngestion({
  store,
  sources,
  registry,
  log,
  hot,
  clock,
  queueMax,
  check,
  ...watch
}: IngestionOptions): Ingestion {
  const append = new GroupAppend({ log, queueMax, groupMax: GROUP_MAX });
  const acceptor = new Acceptor({ sources, append, clock, ...watch });
  return {
    topology: ingestionTopology({ store, hot, registry }),
    acceptor,
    append,
    customers: new CustomerApi({ store, acceptor, clock, newMessageId: randomUUID }),
    segments: new SegmentApi({ store, registry }),
    workspace: new WorkspaceApi({ registry, log, clock, check }),
    contexts: new RefillingContextReader(hot, store),
    timeline: new EventTimeline(store),
    sources,
  };
}
