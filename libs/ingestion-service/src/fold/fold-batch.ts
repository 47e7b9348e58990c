import { createHash } from 'node:crypto';
import { SCHEMA_VERSION, type CustomerEvent, type CustomerId, type RawEvent } from '@waymark/contracts';
import {
  emptyContext,
  foldEvent,
  givenUpFor,
  mergeContexts,
  partContexts,
  type CustomerContext,
} from '@waymark/customer-context';
import type {
  IdentityKey,
  IngestionChanges,
  MemberChanges,
  MergeChanges,
  ProfileChange,
  StoredEvent,
} from '@waymark/ports';
import { Outputs, type Batch, type Folded, type Measure } from '@waymark/stream';
import type { IngestionDefinitions } from './definitions.js';
import type { Loaded } from './loaded.js';
import { canBeUndone, madeMerge, merged, mergeToUndo, unmerged } from './merges.js';
import { refuseEvent } from './refuse-event.js';
import { resolveIdentity } from './resolve-identity.js';
import { SegmentKeeper } from './segment-keeper.js';
import { tellMembers, type Told } from './tell-members.js';

/**
 * Tells members that their schedule is due; then refuses what is no event, deduplicates, resolves identities, checks schemas
 * and folds each event into its customer's context and segments; evaluates at last whose segments are due. Pure.
 */
export function foldBatch(
  batch: Batch<RawEvent>,
  loaded: Loaded,
  definitions: IngestionDefinitions,
): Folded<IngestionChanges> {
  const work = new Work(batch, loaded, definitions);
  const rejected: NonNullable<Folded<IngestionChanges>['rejected']> = [];
  for (const { record, offset, traceparent } of batch.records) {
    const refused = refuseEvent(record, batch.now);
    if (refused) rejected.push({ offset, ...refused });
    else work.take(record, traceparent);
  }
  return { ...work.result(), rejected };
}

class Work {
  readonly #batch: Batch<RawEvent>;
  readonly #loaded: Loaded;
  readonly #definitions: IngestionDefinitions;
  readonly #seen = new Map<string, string>();
  readonly #links: Map<IdentityKey, CustomerId>;
  readonly #changedLinks = new Map<IdentityKey, { customerId: CustomerId | null; expected: CustomerId | null }>();
  readonly #merges: MergeChanges = { made: [], undone: [] };
  readonly #contexts = new Map<CustomerId, CustomerContext>();
  readonly #keeper: SegmentKeeper;
  readonly #events: StoredEvent[] = [];
  readonly #made: CustomerEvent[] = [];
  readonly #told: Told;
  readonly #outputs = new Outputs();
  readonly #duplicates: Measure[] = [];
  #mismatches = 0;

  constructor(batch: Batch<RawEvent>, loaded: Loaded, definitions: IngestionDefinitions) {
    this.#batch = batch;
    this.#loaded = loaded;
    this.#definitions = definitions;
    this.#links = new Map(loaded.links);
    this.#keeper = new SegmentKeeper(definitions, loaded.people, {
      now: batch.now,
      context: (id) => this.#context(id),
      keep: (context) => void this.#contexts.set(context.id, context),
      say: (event) => this.#say(event),
    });
    this.#outputs.traceparent = batch.traceparent;
    this.#told = tellMembers(batch, loaded, definitions.set);
    for (const event of this.#told.events) this.#say(event);
  }

  take(raw: RawEvent, traceparent: string | undefined): void {
    const hash = bodyHash(raw);
    if (this.#isRepetition(raw, hash)) return;
    const customerId = this.#resolve(raw);
    this.#outputs.traceparent = traceparent;
    const checked =
      raw.type === 'track' && raw.event !== undefined
        ? this.#definitions.schemas.get(raw.event)?.(raw.properties)
        : undefined;
    const event = customerEvent(raw, customerId, checked?.properties ?? raw.properties);
    const before = this.#context(customerId);
    const blocked = checked?.blocked ?? false;
    if (!blocked) this.#contexts.set(customerId, { ...foldEvent(before, event), version: before.version + 1 });
    event.contextVersion = this.#context(customerId).version;
    this.#events.push({ event, bodyHash: hash, violations: checked?.violations ?? [], blocked });
    if (!blocked) this.#put(event);
    this.#keeper.follow(customerId, raw);
    this.#undoMerge(customerId, raw);
  }

  result(): Folded<IngestionChanges> {
    this.#outputs.traceparent = this.#batch.traceparent;
    this.#keeper.finish(this.#loaded.toEvaluate);
    const profiles = this.#changedProfiles();
    const identities = [...this.#changedLinks]
      .map(([key, link]) => ({ key, ...link }))
      .filter(({ customerId, expected }) => customerId !== expected);
    const { made, undone } = this.#merges;
    return {
      changes: {
        events: this.#events,
        identities,
        profiles,
        mismatches: this.#mismatches,
        made: this.#made,
        members: this.#memberChanges(profiles),
        ...(made.length + undone.length > 0 && { merges: this.#merges }),
        ...(this.#told.changes && { schedules: this.#told.changes }),
      },
      outputs: this.#outputs.records,
      measures: [...this.#duplicates, ...this.#keeper.measures],
    };
  }

  #changedProfiles(): ProfileChange[] {
    const expected = (id: CustomerId): number => this.#loaded.people.get(id)?.context.version ?? 0;
    const changed = [...this.#contexts.values()].filter(({ id, version }) => version !== expected(id));
    return [...new Set([...changed.map(({ id }) => id), ...this.#keeper.marked])].map((id) => ({
      context: this.#context(id),
      expectedVersion: expected(id),
      mark: this.#keeper.mark(id),
    }));
  }

  #memberChanges(profiles: readonly ProfileChange[]): MemberChanges {
    const changes: MemberChanges = { entered: [], left: [] };
    for (const { context } of profiles) {
      const before = this.#loaded.people.get(context.id)?.context.segments ?? [];
      const { id: customerId, segments } = context;
      for (const segmentId of segments)
        if (!before.includes(segmentId)) changes.entered.push(this.#keeper.memberSince(customerId, segmentId));
      for (const segmentId of before) if (!segments.includes(segmentId)) changes.left.push({ segmentId, customerId });
    }
    return changes;
  }

  #say(event: CustomerEvent): void {
    this.#made.push(event);
    this.#put(event);
  }

  #put(event: CustomerEvent): void {
    this.#outputs.push({ topic: 'events', key: event.customerId, value: JSON.stringify(event) });
  }

  #isRepetition({ messageId }: RawEvent, hash: string): boolean {
    const known = this.#seen.get(messageId) ?? this.#loaded.known.get(messageId);
    if (known === undefined) {
      this.#seen.set(messageId, hash);
      return false;
    }
    this.#duplicates.push({ what: 'duplicate' });
    if (known !== hash) this.#mismatches += 1;
    return true;
  }

  #resolve(raw: RawEvent): CustomerId {
    const { customerId, link, absorb } = resolveIdentity(raw, this.#links, (id) => this.#context(id).version > 0);
    this.#outputs.traceparent = this.#batch.traceparent;
    this.#keeper.catchUp(customerId, raw.receivedAt);
    if (absorb !== undefined) this.#keeper.catchUp(absorb, raw.receivedAt);
    if (link) this.#link(link.key, link.customerId);
    const absorbed = absorb && this.#context(absorb);
    if (absorbed && absorbed.version > 0) {
      const before = this.#context(customerId);
      const mark = this.#keeper.mark(absorbed.id);
      const links = link ? [{ key: link.key, before: link.expected }] : [];
      this.#merges.made.push(madeMerge(raw, { before: { winner: before, loser: absorbed, mark }, links }));
      this.#contexts.set(customerId, { ...mergeContexts(before, absorbed), version: before.version + 1 });
      this.#contexts.set(absorbed.id, givenUpFor(absorbed, customerId));
      this.#outputs.push({
        topic: 'events',
        key: absorbed.id,
        value: JSON.stringify(merged(raw, absorbed, customerId)),
      });
      this.#keeper.follow(absorbed.id, raw);
    }
    return customerId;
  }

  #link(key: IdentityKey, customerId: CustomerId | null): void {
    const { expected } = this.#changedLinks.get(key) ?? { expected: this.#links.get(key) ?? null };
    this.#changedLinks.set(key, { customerId, expected });
    if (customerId === null) this.#links.delete(key);
    else this.#links.set(key, customerId);
  }

  /** Where it can be undone no longer nothing happens: whoever asked was told, or was overtaken. Who is in which segments by it, nobody is told. */
  #undoMerge(customerId: CustomerId, raw: RawEvent): void {
    const merge = this.#loaded.merges.get(mergeToUndo(raw) ?? '');
    if (!merge?.before || this.#merges.undone.some(({ id }) => id === merge.id)) return;
    const given = this.#context(merge.from);
    const at = Date.parse(raw.receivedAt);
    if (!canBeUndone(merge, { survivor: customerId, given, asked: at })) return;
    const now = this.#context(customerId);
    const of = { at: raw.receivedAt, version: given.version + 1 };
    const { survivor, restored } = partContexts(now, merge.before, of);
    this.#contexts.set(customerId, { ...survivor, version: now.version + 1 });
    this.#contexts.set(merge.from, restored);
    this.#keeper.settle(customerId, at);
    this.#keeper.restore(restored, merge.before.mark, at);
    for (const { key, before } of merge.links) if (this.#links.get(key) === customerId) this.#link(key, before);
    this.#merges.undone.push({ id: merge.id, at });
    this.#put(unmerged(raw, this.#context(customerId), merge));
  }

  #context(id: CustomerId): CustomerContext {
    return this.#contexts.get(id) ?? this.#loaded.people.get(id)?.context ?? emptyContext(id);
  }
}

const NAMES: Partial<Record<RawEvent['type'], string>> = { identify: 'Identify', group: 'Group', alias: 'Alias' };

function customerEvent(raw: RawEvent, customerId: CustomerId, properties: RawEvent['properties']): CustomerEvent {
  const { type, messageId, source, traits, timestamp, receivedAt, cause, groupId } = raw;
  return {
    schemaVersion: SCHEMA_VERSION,
    type,
    messageId,
    source,
    customerId,
    name: raw.event ?? NAMES[type] ?? type,
    properties: groupId === undefined ? properties : { ...properties, groupId },
    traits,
    timestamp,
    receivedAt,
    contextVersion: 0,
    cause,
  };
}

/** What two sendings of one message have in common: not the times, which a retry corrects differently. */
function bodyHash({ type, userId, anonymousId, previousId, groupId, event, properties, traits }: RawEvent): string {
  const body = JSON.stringify([type, userId, anonymousId, previousId, groupId, event, properties, traits]);
  return createHash('sha256').update(body).digest('base64url').slice(0, 22);
}
