import { isDeepStrictEqual } from 'node:util';
import { rawRecordSchema, type CustomerId, type RawEvent } from '@waymark/contracts';
import type {
  HotContext,
  IngestionChanges,
  IngestionStore,
  Merge,
  ScheduleState,
  WorkspaceRegistry,
} from '@waymark/ports';
import { decodeRecord, type Topology } from '@waymark/stream';
import { compileDefinitions, type IngestionDefinitions } from './fold/definitions.js';
import { foldBatch } from './fold/fold-batch.js';
import type { Loaded } from './fold/loaded.js';
import { mergeToUndo } from './fold/merges.js';
import { nextScheduleAt, planSchedules } from './fold/plan-schedules.js';
import { customerOfKey, identityKeys, linksBehind } from './fold/resolve-identity.js';
import { MEMBERS_MAX } from './fold/tell-members.js';

/** Customers of either kind that one batch evaluates at most (P6). */
const EVALUATED_MAX = 500;

export type IngestionTopology = Topology<RawEvent, IngestionDefinitions, Loaded, IngestionChanges>;

interface IngestionPorts {
  store: IngestionStore;
  hot: HotContext;
  registry: Pick<WorkspaceRegistry, 'changeOf'>;
}

/** Ingestion's work on `events.raw`: dedupe, identity, schemas, context, segments; then `events`. */
export function ingestionTopology({ store, hot, registry }: IngestionPorts): IngestionTopology {
  /** Definitions without segments, or without schedules, under which nothing is left of earlier ones: nobody is looked for. */
  const settled = { segments: new WeakSet<IngestionDefinitions>(), schedules: new WeakSet<IngestionDefinitions>() };
  const note = (definitions: IngestionDefinitions, left: { evaluation: boolean; schedules: boolean }): void => {
    if (definitions.set === '' && !left.evaluation) settled.segments.add(definitions);
    if (definitions.schedules.length === 0 && !left.schedules) settled.schedules.add(definitions);
  };
  const schedulesOf = async (partition: number, definitions: IngestionDefinitions): Promise<ScheduleState[]> =>
    settled.schedules.has(definitions) ? [] : store.schedules(partition);
  return {
    service: 'ingestion',
    source: 'events.raw',
    forwardWorkspaceTo: 'events',
    store,
    decode: (record) => decodeRecord<RawEvent>(record, rawRecordSchema),
    approves: async (change) => isDeepStrictEqual(change, await registry.changeOf(change.revision)),
    compile: async (active) => compileDefinitions(active),
    async load({ partition, records, now }, definitions) {
      const raws = records.map(({ record }) => record);
      const undone = raws.flatMap((raw) => mergeToUndo(raw) ?? []);
      const merges = undone.length === 0 ? new Map<string, Merge>() : await store.merges(undone);
      const linkedBy = [...merges.values()].flatMap(({ links }) => links.map(({ key }) => key));
      const keys = [...new Set([...raws.flatMap(identityKeys), ...linkedBy])];
      const { set } = definitions;
      const [known, links, toEvaluate, states] = await Promise.all([
        store.knownMessages(raws.map(({ messageId }) => messageId)),
        linksBehind(keys, (wanted) => store.identities(wanted)),
        settled.segments.has(definitions) ? [] : store.toEvaluate({ partition, set, now, max: EVALUATED_MAX }),
        schedulesOf(partition, definitions),
      ]);
      note(definitions, { evaluation: toEvaluate.length > 0, schedules: states.length > 0 });
      const customers = new Set<CustomerId>([
        ...keys.map(customerOfKey),
        ...links.values(),
        ...[...merges.values()].map(({ from }) => from),
        ...raws.flatMap(({ customerId }) => customerId ?? []),
        ...toEvaluate,
      ]);
      const plan = planSchedules(definitions.schedules, states, now);
      const [people, membersToTell] = await Promise.all([
        store.people([...customers]),
        plan.tick ? store.membersToTell({ ...plan.tick, partition, until: plan.tick.dueAt, max: MEMBERS_MAX }) : [],
      ]);
      return { known, links, merges, people, toEvaluate, plan, membersToTell };
    },
    fold: foldBatch,
    afterCommit: ({ profiles }) =>
      hot.put(
        profiles
          .filter(({ context, expectedVersion }) => context.version !== expectedVersion)
          .map(({ context }) => context),
      ),
    async nextDueAt(partition, definitions) {
      const [evaluation, states] = await Promise.all([
        settled.segments.has(definitions) ? undefined : store.nextEvaluationAt(partition, definitions.set),
        schedulesOf(partition, definitions),
      ]);
      note(definitions, { evaluation: evaluation !== undefined, schedules: states.length > 0 });
      const moments = [evaluation, nextScheduleAt(definitions.schedules, states)];
      const known = moments.filter((moment) => moment !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };
}
