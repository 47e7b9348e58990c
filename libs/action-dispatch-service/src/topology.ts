import { actionRecordSchema, type Action } from '@waymark/contracts';
import type { ContextReader, DispatchStore, JobQueue } from '@waymark/ports';
import { decodeRecord, type Topology } from '@waymark/stream';
import { compileDefinitions, holdingJourneys, type DispatchDefinitions } from './fold/definitions.js';
import { foldBatch, type DispatchBatch, type Loaded } from './fold/fold-batch.js';
import type { HandOverDesk } from './hand-over/hand-over-desk.js';
import { readPeople } from './people.js';
import { longestCapMs } from './policy/caps.js';

/** Deliveries of one batch at most, beside its records (P6). */
const DUE_MAX = 500;

export type DispatchTopology = Topology<Action, DispatchDefinitions, Loaded, DispatchBatch>;

/**
 * Dispatch's work on `actions`: policies, hand-over, retries; outcomes go back to `events.raw`. Whether a message may leave is
 * decided by the profile itself and never by a copy of it (R33).
 */
export function dispatchTopology(ports: {
  store: DispatchStore;
  contexts: ContextReader;
  desk: HandOverDesk;
  jobs: JobQueue;
}): DispatchTopology {
  const { store, contexts, desk, jobs } = ports;
  return {
    service: 'action-dispatch',
    source: 'actions',
    store,
    mailbox: desk,
    decode: (record) => decodeRecord<Action>(record, actionRecordSchema),
    compile: async (active) => compileDefinitions(active),
    async load({ partition, records, now }, definitions) {
      const actions = records.map(({ record }) => record);
      const mail = desk.take(partition);
      const contactsSince = now - longestCapMs(definitions.policies);
      const ofRecords = actions.flatMap((action) => (action.type === 'report' ? [] : [action.actionId]));
      const state = await store.load({
        partition,
        actionIds: [...ofRecords, ...mail.answers.keys(), ...mail.woken],
        customerIds: [...new Set(actions.flatMap(({ type, customerId }) => (type === 'deliver' ? [customerId] : [])))],
        inFlight: [...mail.inFlight, ...mail.answers.keys()],
        now,
        dueMax: Math.min(DUE_MAX, mail.room),
        contactsSince,
        holding: holdingJourneys(definitions),
      });
      const customers = new Set(state.deliveries.flatMap(({ customerId, action }) => [customerId, action.customerId]));
      for (const action of actions) if (action.type === 'deliver') customers.add(action.customerId);
      const { contacts: counted } = state;
      const people = await readPeople([...customers], { contexts, store, counted, since: contactsSince });
      return { ...state, ...mail, ...people };
    },
    fold: foldBatch,
    async afterCommit({ partition, taken, woken, messages, retries }) {
      desk.saved(partition, { taken, woken, messages });
      if (retries.length > 0) await jobs.add(retries);
    },
    /** Without room nothing falls due: an answer, which is mail, makes room. */
    async nextDueAt(partition, definitions) {
      desk.lookAnew(partition);
      if (!desk.hasRoom(partition)) return undefined;
      const { inFlight, answers } = desk.mail(partition);
      const holding = holdingJourneys(definitions);
      return store.nextDueAt(partition, { inFlight: [...inFlight, ...answers.keys()], holding });
    },
    released: (partition) => desk.forget(partition),
  };
}
