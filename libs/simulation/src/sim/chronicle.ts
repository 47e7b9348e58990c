import {
  asksConsent,
  type ActionId,
  type Channel,
  type CustomerId,
  type EpochMs,
  type NewRecord,
  type ServiceName,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import {
  NEWEST,
  type BatchCommit,
  type DispatchChanges,
  type IngestionChanges,
  type Progress,
  type WantedContext,
} from '@waymark/ports';
import type { Caller } from './turnstile.js';
import type { WorldTime } from './world-time.js';

/** A message that was claimed for hand-over, in the order of commits. */
export interface Claim {
  actionId: ActionId;
  customerId: CustomerId;
  class: string;
  at: EpochMs;
}

interface Commit {
  version: number;
  progress: Progress;
  outputs: NewRecord[];
}

/** What dispatch's batches carry beside what their store keeps. */
type Claimed = DispatchChanges & {
  messages?: { action: { actionId: ActionId }; channel: Channel; context: CustomerContext }[];
};

const QUIET_FROM_HOUR = 22;
const QUIET_TO_HOUR = 6;

export interface ChronicleOptions {
  time: WorldTime;
  /** Whether a partition has more than one owner, or none that will stay. */
  isContested: (place: string) => boolean;
  /** Whether the workspace's policy is quiet from 22:00 to 06:00, UTC. */
  quietHours: boolean;
}

/**
 * What an all-seeing eye writes down while the world runs: every commit, and at once what breaks a rule that needs no
 * waiting (P1, P2, consent and quiet hours at the hand-over, contexts that go back in time).
 */
export class Chronicle {
  readonly violations: string[] = [];
  readonly claims: Claim[] = [];
  /** Messages whose hand-over a fault may have touched: only these may end as `unknown`. */
  readonly doubtful = new Set<ActionId>();
  readonly #options: ChronicleOptions;
  /** By `service/partition`. */
  readonly #commits = new Map<string, Commit>();
  /** The versions of the profiles saved. */
  readonly #profiles = new Map<CustomerId, number>();
  /** Claimed and not settled: of which partition, by whom. */
  readonly #open = new Map<ActionId, { place: string; by: Caller }>();

  constructor(options: ChronicleOptions) {
    this.#options = options;
  }

  violated(what: string): void {
    this.violations.push(what);
  }

  /** Everything that a partition has committed to publish, in order. */
  outputsOf(place: string): readonly NewRecord[] {
    return this.#commits.get(place)?.outputs ?? [];
  }

  get places(): string[] {
    return [...this.#commits.keys()];
  }

  progressOf(place: string): Progress | undefined {
    return this.#commits.get(place)?.progress;
  }

  saved(service: ServiceName, commit: BatchCommit<unknown>, by: Caller): void {
    const place = `${service}/${commit.partition}`;
    let known = this.#commits.get(place);
    if (!known) this.#commits.set(place, (known = { version: 0, progress: commit.from, outputs: [] }));
    if (commit.from.version !== known.version)
      this.violated(`P2: ${by.name} saved ${place} from version ${commit.from.version} when it was ${known.version}`);
    if (commit.to.nextOffset < known.progress.nextOffset)
      this.violated(`P1: ${by.name} moved ${place} back to offset ${commit.to.nextOffset}`);
    known.version = commit.to.version;
    known.progress = commit.to;
    known.outputs.push(...commit.outputs);
    if (service === 'ingestion' && commit.changes !== undefined)
      for (const { context } of (commit.changes as IngestionChanges).profiles)
        this.#profiles.set(context.id, context.version);
    if (service === 'action-dispatch' && commit.changes !== undefined)
      this.#handOvers(place, commit.changes as Claimed, by);
  }

  /** A commit happened and its process does not know: what it claimed may not have left. */
  unheard(service: ServiceName, commit: BatchCommit<unknown>): void {
    if (service !== 'action-dispatch' || commit.changes === undefined) return;
    for (const { action } of (commit.changes as Claimed).messages ?? []) this.doubtful.add(action.actionId);
  }

  /** Something has happened to the owner of a partition: what it had claimed may or may not leave. */
  doubt(place: string): void {
    for (const [actionId, open] of this.#open) if (open.place === place) this.doubtful.add(actionId);
  }

  /** How many messages a process has claimed of a partition, as it knows, and not settled. */
  openOf(by: Caller, place: string): number {
    const open = [...this.#open].filter(([, claim]) => claim.place === place && claim.by === by);
    return open.filter(([actionId]) => !this.doubtful.has(actionId)).length;
  }

  /** The versions that contexts asked for now must have at least: for a hand-over, whatever it asks for, what is saved now (R62). */
  versionsDue(wanted: readonly WantedContext[], { isHandOver }: { isHandOver: boolean }): WantedContext[] {
    return wanted.map(({ customerId, minVersion }) => ({
      customerId,
      minVersion: isHandOver || minVersion === NEWEST ? (this.#profiles.get(customerId) ?? 0) : minVersion,
    }));
  }

  /** Contexts that were read, and what was due when the reading began. */
  contextsRead(found: ReadonlyMap<CustomerId, CustomerContext>, due: readonly WantedContext[], by: Caller): void {
    for (const { customerId, minVersion } of due) {
      const version = found.get(customerId)?.version ?? -1;
      if (version < minVersion)
        this.violated(`R62: ${by.name} read version ${version} of ${customerId}'s context, and ${minVersion} was due`);
    }
  }

  #handOvers(place: string, { deliveries, messages = [] }: Claimed, by: Caller): void {
    for (const { actionId, state } of deliveries) {
      if (state === 'claimed') {
        this.#open.set(actionId, { place, by });
        if (this.#options.isContested(place)) this.doubtful.add(actionId);
        continue;
      }
      this.#open.delete(actionId);
      if (state === 'unknown' && !this.doubtful.has(actionId))
        this.violated(`R42: ${actionId} is unknown, and nothing has touched its hand-over`);
    }
    const claimed = new Map(deliveries.map((delivery) => [delivery.actionId, delivery]));
    for (const { action, channel, context } of messages) {
      const delivery = claimed.get(action.actionId);
      if (!delivery) continue;
      const { actionId, customerId } = delivery;
      this.claims.push({ actionId, customerId, class: delivery.action.class, at: this.#options.time.now });
      this.#consent(delivery.action, channel, context);
      this.#quietHours(delivery.action, delivery.dueAt);
    }
  }

  /** R62: as known when it was claimed. */
  #consent(
    action: { actionId: ActionId; class: string; channel: string },
    channel: Channel,
    context: CustomerContext,
  ): void {
    if (!asksConsent(channel) || (action.class !== 'marketing' && action.class !== 'service')) return;
    const status = context.consents[action.channel]?.[action.class];
    const may = action.class === 'marketing' ? status === 'granted' : status !== 'denied' && status !== 'withdrawn';
    if (!may)
      this.violated(`R62: ${action.actionId} is handed over against consent, which is ${status ?? 'not known'}`);
  }

  /** R29. */
  #quietHours(action: { actionId: ActionId; class: string }, claimedAt: EpochMs | undefined): void {
    if (!this.#options.quietHours || claimedAt === undefined) return;
    if (action.class !== 'marketing' && action.class !== 'service') return;
    const hour = new Date(claimedAt).getUTCHours();
    if (hour >= QUIET_FROM_HOUR || hour < QUIET_TO_HOUR)
      this.violated(
        `R29: ${action.actionId} is handed over at ${new Date(claimedAt).toISOString()}, in the quiet hours`,
      );
  }
}
