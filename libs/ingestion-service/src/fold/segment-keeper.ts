/**
 * Who enters and leaves which segments in one batch.
 *
 * For each customer in order: what time alone changes up to the moment an event was received happens at its own instants before
 * the event; what the event changes is said right behind it; what is due by now comes last. Her moments never go back, however
 * late an event is received, so that each edge is said once and edges alternate. A set of segments other than the one she was
 * evaluated for is evaluated whole.
 */
import {
  OWN_EVENTS,
  ownEvent,
  type CustomerEvent,
  type CustomerId,
  type EpochMs,
  type MessageId,
} from '@waymark/contracts';
import { foldEvent, type CustomerContext, type Standing } from '@waymark/customer-context';
import { UNMARKED, type Member, type SegmentMark, type StoredProfile } from '@waymark/ports';
import { hashId, type Measure } from '@waymark/stream';
import type { IngestionDefinitions } from './definitions.js';

/** Instants of one customer that a batch makes up for, at most: after a long stop the rest is passed over (P6). */
const STEPS_MAX = 100;

/** The contexts of a batch, and where what is said of them goes. */
export interface Surroundings {
  now: EpochMs;
  context(id: CustomerId): CustomerContext;
  keep(context: CustomerContext): void;
  say(event: CustomerEvent): void;
}

interface State extends SegmentMark {
  /** The context of the last evaluation. */
  evaluated: CustomerContext;
  /** When she entered what she has entered in this batch. */
  since: Map<string, EpochMs>;
}

export class SegmentKeeper {
  readonly measures: Measure[] = [];
  readonly #definitions: IngestionDefinitions;
  readonly #loaded: ReadonlyMap<CustomerId, StoredProfile>;
  readonly #around: Surroundings;
  readonly #states = new Map<CustomerId, State>();

  constructor(
    definitions: IngestionDefinitions,
    loaded: ReadonlyMap<CustomerId, StoredProfile>,
    surroundings: Surroundings,
  ) {
    this.#definitions = definitions;
    this.#loaded = loaded;
    this.#around = surroundings;
  }

  /** Lets happen what is due for a customer up to the moment at which an event was received. */
  catchUp(id: CustomerId, receivedAt: string): void {
    if (!this.#isIdle(id)) this.#catchUpTo(id, Math.min(Date.parse(receivedAt), this.#around.now));
  }

  #catchUpTo(id: CustomerId, until: EpochMs): void {
    const state = this.#of(id);
    if (state.set !== this.#definitions.set) return;
    for (let steps = 0; state.dueAt !== undefined && state.dueAt <= until; steps += 1) {
      const { dueAt } = state;
      this.measures.push({ what: 'timer', service: 'ingestion', latenessMs: this.#around.now - dueAt });
      const at = Math.max(state.at, steps < STEPS_MAX ? dueAt : until);
      const standing = this.#definitions.segments.update(state.evaluated, dueAt, this.#around.context(id), at);
      this.#stand(id, standing, { at, cause: `due ${dueAt}` });
    }
  }

  /** Takes in what an event, or a merge that came with it, has changed of a customer. */
  follow(id: CustomerId, event: { messageId: string; receivedAt: string }): void {
    if (this.#isIdle(id)) return;
    const context = this.#around.context(id);
    const state = this.#of(id);
    if (state.evaluated === context) return;
    const at = Math.max(state.at, Math.min(Date.parse(event.receivedAt), this.#around.now));
    const { segments, set } = this.#definitions;
    const standing =
      state.set === set ? segments.update(state.evaluated, state.dueAt, context, at) : segments.evaluate(context, at);
    this.#stand(id, standing, { at, cause: event.messageId });
  }

  /** Puts a customer who has parted from another into the segments that she is in without her, and tells nobody. */
  settle(id: CustomerId, moment: EpochMs): void {
    if (this.#isIdle(id)) return;
    const { set, segments: all } = this.#definitions;
    const state = this.#of(id);
    const context = this.#around.context(id);
    const at = Math.max(state.at, Math.min(moment, this.#around.now));
    const { segments, dueAt } = all.evaluate(context, at);
    for (const segmentId of segments) if (!context.segments.includes(segmentId)) state.since.set(segmentId, at);
    this.#around.keep({ ...context, segments });
    Object.assign(state, { set, at, dueAt, evaluated: this.#around.context(id) });
  }

  /** The same of the one who is again who she was: she goes on from how far her own evaluation had come. */
  restore(context: CustomerContext, mark: SegmentMark, moment: EpochMs): void {
    if (mark.set !== '' || this.#definitions.set !== '')
      this.#states.set(context.id, { ...mark, evaluated: context, since: new Map<string, EpochMs>() });
    this.settle(context.id, moment);
  }

  /** Brings these customers, and all others of the batch, to the moment of the batch and to the set in use. */
  finish(others: readonly CustomerId[]): void {
    const { now } = this.#around;
    const { segments, set } = this.#definitions;
    for (const id of new Set([...this.#states.keys(), ...others])) {
      const context = this.#around.context(id);
      const state = this.#of(id);
      if (context.version === 0) continue;
      if (state.set === set) {
        this.#catchUpTo(id, now);
        continue;
      }
      const at = Math.max(state.at, now);
      this.#stand(id, segments.evaluate(context, at), { at, cause: `set ${set}` });
    }
  }

  /** The customers whose marks are other ones than those loaded. */
  get marked(): CustomerId[] {
    return [...this.#states].flatMap(([id, { set, dueAt, evaluated }]) => {
      const mark = this.#loaded.get(id)?.mark ?? UNMARKED;
      return evaluated.version > 0 && (mark.set !== set || mark.dueAt !== dueAt) ? [id] : [];
    });
  }

  /** How far the evaluation of a customer has come. */
  mark(id: CustomerId): SegmentMark {
    if (this.#isIdle(id)) return UNMARKED;
    const { set, at, dueAt } = this.#of(id);
    return { set, at, dueAt };
  }

  /** Since when a customer is in a segment that she has entered in this batch. */
  memberSince(customerId: CustomerId, segmentId: string): Member {
    const { since, at } = this.#of(customerId);
    return { segmentId, customerId, since: since.get(segmentId) ?? at };
  }

  /** Whether there is nothing to be evaluated for her, and never was: that costs nothing. */
  #isIdle(id: CustomerId): boolean {
    return this.#definitions.set === '' && !this.#states.has(id) && (this.#loaded.get(id)?.mark ?? UNMARKED).set === '';
  }

  #of(id: CustomerId): State {
    let state = this.#states.get(id);
    if (!state) {
      const { mark = UNMARKED, context } = this.#loaded.get(id) ?? {};
      state = { ...mark, evaluated: context ?? this.#around.context(id), since: new Map() };
      this.#states.set(id, state);
    }
    return state;
  }

  /** Says each difference in an event of its own, with a version of the context of its own. */
  #stand(id: CustomerId, { segments, dueAt }: Standing, why: { at: EpochMs; cause: string }): void {
    const state = this.#of(id);
    const before = this.#around.context(id).segments;
    for (const segmentId of before.filter((each) => !segments.includes(each)))
      this.#change(id, { ...why, segmentId, name: OWN_EVENTS.segmentLeft });
    for (const segmentId of segments.filter((each) => !before.includes(each))) {
      this.#change(id, { ...why, segmentId, name: OWN_EVENTS.segmentEntered });
      state.since.set(segmentId, why.at);
    }
    Object.assign(state, { set: this.#definitions.set, at: why.at, dueAt, evaluated: this.#around.context(id) });
  }

  #change(
    id: CustomerId,
    { name, segmentId, at, cause }: { name: string; segmentId: string; at: EpochMs; cause: string },
  ): void {
    const context = this.#around.context(id);
    const version = context.version + 1;
    const moment = new Date(at).toISOString();
    const event = ownEvent({
      messageId: hashId('segment', cause, id, segmentId, String(version)) as MessageId,
      customerId: id,
      name,
      properties: { segmentId },
      timestamp: moment,
      receivedAt: moment,
      contextVersion: version,
    });
    this.#around.keep({ ...foldEvent(context, event), version });
    this.#around.say(event);
  }
}
