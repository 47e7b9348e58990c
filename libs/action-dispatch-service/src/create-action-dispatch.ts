import { WaymarkError, type ActionId, type Channel } from '@waymark/contracts';
import type { ContextReader, DispatchStore, EventLog, JobQueue } from '@waymark/ports';
import type { Secrets } from './channels/secrets.js';
import type { Transports } from './channels/create-transports.js';
import { DeliveryTimeline } from './delivery-timeline.js';
import { HandOverDesk } from './hand-over/hand-over-desk.js';
import { watchedSend, type SendWatch } from './hand-over/watched-send.js';
import { OutcomeApi } from './outcome-api.js';
import { dispatchTopology, type DispatchTopology } from './topology.js';

export interface ActionDispatchOptions extends SendWatch {
  store: DispatchStore;
  contexts: ContextReader;
  log: EventLog;
  jobs: JobQueue;
  transports: Transports;
  secrets: Secrets;
  /** Messages on their way at once, at most. */
  sendConcurrency: number;
}

/** The action-dispatch service, ready to be driven by HTTP, a processor or a simulation. */
export interface ActionDispatch {
  topology: DispatchTopology;
  desk: HandOverDesk;
  outcomes: OutcomeApi;
  timeline: DeliveryTimeline;
  store: DispatchStore;
  /** The channels in use, as last compiled. */
  channels: () => Channel[];
  /** Begins to work on retries. */
  start(): Promise<void>;
  /** Claims no more; resolves when what is on its way has answered and been saved. To be called while the processors run (P7). */
  drain(): Promise<void>;
  /** Closes connections to providers. */
  close(): Promise<void>;
}

export function createActionDispatch(options: ActionDispatchOptions): ActionDispatch {
  const { store, jobs, transports, sendConcurrency } = options;
  const send = watchedSend((message) => transports[message.channel.type].send(message), options);
  const desk = new HandOverDesk(send, sendConcurrency);
  let channels: ReadonlyMap<string, Channel> = new Map();
  const topology = dispatchTopology({ ...options, desk });
  return {
    topology: {
      ...topology,
      async compile(active) {
        const definitions = await topology.compile(active);
        channels = definitions.channels;
        return definitions;
      },
    },
    desk,
    outcomes: new OutcomeApi({ ...options, channel: (id) => channels.get(id) }),
    timeline: new DeliveryTimeline(store),
    store,
    channels: () => [...channels.values()],
    start: () =>
      jobs.work(async ({ data }) => {
        if (!desk.wake(Number(data['partition']), data['actionId'] as ActionId)) throw ofAnotherProcess();
      }),
    drain: () => desk.drain(),
    async close() {
      await Promise.all(Object.values(transports).map((transport) => transport.close()));
    },
  };
}

/** The queue offers the job again, sooner or later to the partition's owner; past a minute it finds the retry due by itself. */
function ofAnotherProcess(): WaymarkError {
  return new WaymarkError('NOT_READY', "the retry's partition is another process's");
}
