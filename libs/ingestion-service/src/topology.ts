import { isDeepStrictEqual } from 'node:util';
import { rawRecordSchema, type CustomerId, type RawEvent } from '@waymark/contracts';
import type { HotContext, IngestionChanges, IngestionStore, WorkspaceRegistry } from '@waymark/ports';
import { decodeRecord, type Topology } from '@waymark/stream';
import { compileEventSchemas, type EventSchemas } from './fold/compile-event-schemas.js';
import { foldBatch, type Loaded } from './fold/fold-batch.js';
import { customerOfKey, identityKeys, linksBehind } from './fold/resolve-identity.js';

export type IngestionTopology = Topology<RawEvent, EventSchemas, Loaded, IngestionChanges>;

interface IngestionPorts {
  store: IngestionStore;
  hot: HotContext;
  registry: Pick<WorkspaceRegistry, 'changeOf'>;
}

/** Ingestion's work on `events.raw`: dedupe, identity, schemas, context; then `events`. */
export function ingestionTopology({ store, hot, registry }: IngestionPorts): IngestionTopology {
  return {
    service: 'ingestion',
    source: 'events.raw',
    forwardWorkspaceTo: 'events',
    store,
    decode: (record) => decodeRecord<RawEvent>(record, rawRecordSchema),
    approves: async (change) => isDeepStrictEqual(change, await registry.changeOf(change.revision)),
    compile: async (active) => compileEventSchemas(active),
    async load({ records }) {
      const raws = records.map(({ record }) => record);
      const keys = [...new Set(raws.flatMap(identityKeys))];
      const [known, links] = await Promise.all([
        store.knownMessages(raws.map(({ messageId }) => messageId)),
        linksBehind(keys, (wanted) => store.identities(wanted)),
      ]);
      const customers = new Set<CustomerId>([
        ...keys.map(customerOfKey),
        ...links.values(),
        ...raws.flatMap(({ customerId }) => customerId ?? []),
      ]);
      return { known, links, profiles: await store.profiles([...customers]) };
    },
    fold: foldBatch,
    afterCommit: ({ profiles }) => hot.put(profiles.map(({ context }) => context)),
  };
}
