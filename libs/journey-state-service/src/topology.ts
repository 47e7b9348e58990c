import { eventRecordSchema, type CustomerEvent, type CustomerId } from '@waymark/contracts';
import { capSince } from '@waymark/journey-engine';
import { NEWEST, type ContextReader, type JourneyChanges, type JourneyStore } from '@waymark/ports';
import { decodeRecord, type Topology } from '@waymark/stream';
import { JourneyDefinitions } from './fold/definitions.js';
import { foldBatch } from './fold/fold-batch.js';
import type { Loaded } from './fold/journey-work.js';
import { heirOf } from './fold/merge-people.js';
import { heirsOf, isTakeOver } from './fold/moves.js';
import { isHere, mayBeOnTheWay, settlesSomething } from './fold/news-from-elsewhere.js';
import { isParting } from './fold/part-people.js';

/** Timers, and entrants, of one batch at most (P6). */
const DUE_MAX = 500;
/** Instances of a job in one batch at most: events and timers go on between two pages. */
const PAGE_MAX = 100;

export type JourneyTopology = Topology<CustomerEvent, JourneyDefinitions, Loaded, JourneyChanges>;

/** Journey-state's work on `events`: runs the instances, asks for messages and decisions on `interactions`. */
export function journeyTopology({
  store,
  contexts,
}: {
  store: JourneyStore;
  contexts: ContextReader;
}): JourneyTopology {
  return {
    service: 'journey-state',
    source: 'events',
    forwardWorkspaceTo: 'interactions',
    store,
    decode: (record) => decodeRecord<CustomerEvent>(record, eventRecordSchema),
    compile: async (active) => new JourneyDefinitions(active),
    async load({ partition, records, now }, definitions) {
      const versions = new Map<CustomerId, number>();
      for (const { record } of records)
        versions.set(record.customerId, Math.max(record.contextVersion, versions.get(record.customerId) ?? 0));
      const capped = definitions.cappedFor(records.map(({ record }) => record));
      const { controls } = definitions;
      const heirs = [...new Set(records.flatMap(({ record }) => mayBeHeirs(record)))];
      const leavers = records.filter(({ record }) => mayMove(record)).map(({ record }) => record.customerId);
      const asked = {
        partition,
        customerIds: [...versions.keys()],
        now,
        dueMax: DUE_MAX,
        recent: definitions.listensTo.size > 0 || leavers.length > 0,
        heirs,
        leavers,
        controls: controls.inUse,
        pageMax: PAGE_MAX,
        places: capped.map((journey) => ({ journeyId: journey.id, since: capSince(journey, now)! })),
      };
      const state = await store.load(asked);
      const byThemselves = [...state.instances, ...state.entrants.map(({ event }) => event)];
      for (const { customerId } of byThemselves) if (!versions.has(customerId)) versions.set(customerId, NEWEST);
      const wanted = [...versions].map(([customerId, minVersion]) => ({ customerId, minVersion }));
      const arriving = state.moves.flatMap(({ journeys }) => journeys.flatMap(({ instances }) => instances));
      const known = [...state.instances, ...arriving, ...controls.targets];
      const [read] = await Promise.all([contexts.read(wanted), definitions.require(known, store)]);
      const isHers = ({ customerId, cause }: CustomerEvent): boolean =>
        isHere(
          state.instances.filter((each) => each.customerId === customerId),
          cause!.instanceId!,
        );
      const hears = ({ record }: { record: CustomerEvent }): boolean =>
        settlesSomething(record) && mayBeOnTheWay(read.get(record.customerId)!, now) && !isHers(record);
      if (asked.recent || !records.some(hears)) return { ...state, contexts: read };
      const { recent } = await store.load({ ...asked, recent: true });
      return { ...state, recent, contexts: read };
    },
    fold: foldBatch,
    nextDueAt: (partition, { controls }) => store.nextDueAt(partition, controls.inUse),
  };
}

/** Whom something may be on its way to, of which an event has to know. */
function mayBeHeirs(event: CustomerEvent): CustomerId[] {
  if (isTakeOver(event)) return heirsOf(event);
  return isParting(event) ? [event.customerId] : [];
}

/** Whether an event moves what a customer has to another one. */
function mayMove(event: CustomerEvent): boolean {
  return heirOf(event) !== undefined || isTakeOver(event) || isParting(event);
}
