import { interactionRecordSchema, type Content, type Interaction } from '@waymark/contracts';
import type { ContextReader, PersonalizationChanges, PersonalizationStore } from '@waymark/ports';
import { decodeRecord, type Topology } from '@waymark/stream';
import { ContentCache } from './content/content-cache.js';
import { compileDefinitions, type PersonalizationDefinitions } from './fold/definitions.js';
import { foldBatch, type Loaded } from './fold/fold-batch.js';
import { longestLimitMs } from './longest-limit.js';

export type PersonalizationTopology = Topology<Interaction, PersonalizationDefinitions, Loaded, PersonalizationChanges>;

/** Personalization's work on `interactions`: messages and decisions become `actions`. */
export function personalizationTopology(ports: {
  store: PersonalizationStore;
  contexts: ContextReader;
  /** Told of the definitions of each partition as they come into use. */
  onCompiled: (definitions: PersonalizationDefinitions) => void;
}): PersonalizationTopology {
  const { store, contexts, onCompiled } = ports;
  const cache = new ContentCache();
  return {
    service: 'personalization',
    source: 'interactions',
    forwardWorkspaceTo: 'actions',
    store,
    decode: (record) => decodeRecord<Interaction>(record, interactionRecordSchema),
    async compile(active) {
      const definitions = await compileDefinitions(active);
      onCompiled(definitions);
      return definitions;
    },
    async load({ records, now }, definitions) {
      const interactions = records.map(({ record }) => record);
      const wanted = interactions.map(({ customerId, contextVersion }) => ({ customerId, minVersion: contextVersion }));
      const deciding = interactions.filter(({ type }) => type === 'decide').map(({ customerId }) => customerId);
      const contents = interactions.flatMap((each): Content[] =>
        each.type === 'act' && each.content !== undefined ? [each.content] : [],
      );
      const [read, made, inline] = await Promise.all([
        contexts.read(wanted),
        deciding.length === 0 ? [] : store.offersMade([...new Set(deciding)], now - longestLimitMs(definitions)),
        cache.require(contents),
      ]);
      return { contexts: read, made, inline };
    },
    fold: foldBatch,
  };
}
