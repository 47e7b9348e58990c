import type { CustomerId, NewRecord } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { BatchCommit, BatchStore, IngestionChanges, JourneyChanges } from '@waymark/ports';
import type { Ground, Stores } from '../ground.js';
import type { Sabotage } from '../world.js';

/** Bugs as they are made: each breaks one promise of one part, and must be found. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'a store that does not fence (P2)': (ground) =>
    withStore(ground, 'journey-state', (store) => ({
      save: async (commit: BatchCommit<JourneyChanges>) => {
        const { version } = await store.progress(commit.partition);
        return store.save({ ...commit, from: { ...commit.from, version } });
      },
    })),
  'a publication that drops a record (P3)': (ground) => ({
    ...ground,
    log: {
      partitions: ground.log.partitions,
      append: (records) => ground.log.append(records.length > 2 ? records.slice(0, -1) : records),
      read: (from) => ground.log.read(from),
      waitFor: (at, signal) => ground.log.waitFor(at, signal),
      endOffset: (at) => ground.log.endOffset(at),
    },
  }),
  'an outbox that forgets (P3)': (ground) => withStore(ground, 'ingestion', () => ({ pending: async () => [] })),
  'outputs published in another order (P3)': (ground) => ({
    ...ground,
    log: {
      partitions: ground.log.partitions,
      append: (records: readonly NewRecord[]) => ground.log.append(records.toReversed()),
      read: (from) => ground.log.read(from),
      waitFor: (at, signal) => ground.log.waitFor(at, signal),
      endOffset: (at) => ground.log.endOffset(at),
    },
  }),
  'an acknowledgement of what is not durable (P4)': (ground) => {
    let appends = 0;
    return {
      ...ground,
      log: {
        partitions: ground.log.partitions,
        append: async (records) => {
          appends += 1;
          const isLost = records.every(({ topic, headers }) => topic === 'events.raw' && !headers) && appends % 5 === 0;
          if (!isLost) await ground.log.append(records);
        },
        read: (from) => ground.log.read(from),
        waitFor: (at, signal) => ground.log.waitFor(at, signal),
        endOffset: (at) => ground.log.endOffset(at),
      },
    };
  },
  'a save that is not atomic (P1)': (ground) =>
    withStore(ground, 'journey-state', (store) => ({
      save: (commit: BatchCommit<JourneyChanges>) =>
        store.save(commit.changes ? { ...commit, changes: { ...commit.changes, instances: [] } } : commit),
    })),
  'a dedupe that forgets (R71)': (ground) =>
    withStore(ground, 'ingestion', (store) => ({
      knownMessages: async () => new Map(),
      save: async ({ changes, ...commit }: BatchCommit<IngestionChanges>) => {
        const known = await store.knownMessages(changes?.events.map(({ event }) => event.messageId) ?? []);
        const events = changes?.events.filter(({ event }) => !known.has(event.messageId)) ?? [];
        return store.save({ ...commit, ...(changes && { changes: { ...changes, events } }) });
      },
    })),
  'a timer that is lost': (ground) => withStore(ground, 'journey-state', () => ({ nextDueAt: async () => undefined })),
  'an instant of a segment that is lost': (ground) =>
    withStore(ground, 'ingestion', () => ({ nextEvaluationAt: async () => undefined })),
  'a profile that forgets its segments': (ground) =>
    withStore(ground, 'ingestion', (store) => ({
      people: async (ids: readonly CustomerId[]) =>
        new Map(
          [...(await store.people(ids))].map(([id, { context, mark }]) => [
            id,
            { context: { ...context, segments: [] }, mark },
          ]),
        ),
    })),
  'a desk that hands over twice (R42)': (ground) => {
    const { provider } = ground;
    const handle = provider.handle.bind(provider);
    provider.handle = (message, handling) => {
      handle(message, handling);
      return handle(message, handling);
    };
    return ground;
  },
  'a message told to be sent that was not': (ground) => {
    const { provider } = ground;
    const handle = provider.handle.bind(provider);
    provider.handle = (message, handling) => ({ ...handle(message, handling), ok: true });
    return ground;
  },
  'a hot context that goes back (R4)': (ground) => {
    const first = new Map<string, CustomerContext>();
    const { hot } = ground;
    if (!hot) return ground;
    return {
      ...ground,
      hot: {
        get: async (wanted) =>
          new Map(wanted.flatMap(({ customerId: id }) => (first.has(id) ? [[id, first.get(id)!] as const] : []))),
        put: async (contexts) => {
          for (const context of contexts) if (!first.has(context.id)) first.set(context.id, context);
        },
        drop: (ids) => hot.drop(ids),
      },
    };
  },
};

/** The ground with some methods of one store replaced. */
function withStore<K extends keyof Stores>(
  ground: Ground,
  service: K,
  replace: (store: Stores[K]) => Partial<Record<keyof Stores[K] | keyof BatchStore<unknown>, unknown>>,
): Ground {
  const store = ground.stores[service];
  const replaced = replace(store) as Record<string | symbol, unknown>;
  const proxy = new Proxy(store, {
    get(target, name) {
      const value: unknown = replaced[name] ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return { ...ground, stores: { ...ground.stores, [service]: proxy } };
}
