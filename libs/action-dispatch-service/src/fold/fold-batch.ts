import {
  ownRecord,
  type Action,
  type ActionId,
  type CancelAction,
  type Channel,
  type CustomerId,
  type DeliverAction,
  type EpochMs,
  type Outcome,
  type ReportAction,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { CountedContact, Delivery, DispatchChanges, DispatchState, Job, PersonClaim } from '@waymark/ports';
import { Outputs, type Batch, type DeliveryEnd, type Folded, type Measure } from '@waymark/stream';
import type { Mail } from '../hand-over/hand-over-desk.js';
import type { Message, SendResult } from '../hand-over/transport.js';
import { handOverGates } from '../policy/hand-over-gates.js';
import type { Verdict } from '../policy/verdict.js';
import { honoursKeys, type DispatchDefinitions } from './definitions.js';
import { outcomeRecord } from './outcome-record.js';
import { retryDelayMs } from './retry-delay.js';

/** A retry's job only wakes; should it be lost, the row falls due by itself this much later. */
const JOB_GRACE_MS = 60_000;

export interface Loaded extends DispatchState, Mail {
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
  /** Those who were several ids, and how often they had been claimed for (R61). */
  claims: ReadonlyMap<CustomerId, number>;
}

/** The changes of a batch, and what is to be done once they are saved. */
export interface DispatchBatch extends DispatchChanges {
  partition: number;
  /** Claimed: to be handed over. */
  messages: Message[];
  /** Answers that the batch has taken in. */
  taken: ActionId[];
  /** Wake-ups that it has heard. */
  woken: ActionId[];
  retries: Job[];
}

/**
 * Settles what was answered, takes new actions and cancellations in, then tests and claims what is due. In this order a
 * cancellation in the batch stops a message of the same batch (R15), and one that was claimed before completes (R16). Pure.
 */
export function foldBatch(
  batch: Batch<Action>,
  loaded: Loaded,
  definitions: DispatchDefinitions,
): Folded<DispatchBatch> {
  const work = new Work(batch, loaded, definitions);
  work.settleAnswers();
  for (const { record, traceparent } of batch.records) work.take(record, traceparent);
  work.recoverOrphans();
  work.claimDue();
  return work.result();
}

class Work {
  readonly #now: EpochMs;
  readonly #partition: number;
  readonly #loaded: Loaded;
  readonly #definitions: DispatchDefinitions;
  readonly #deliveries: Map<ActionId, Delivery>;
  readonly #changed = new Set<ActionId>();
  readonly #contacts: CountedContact[];
  readonly #messages: Message[] = [];
  readonly #retries: Job[] = [];
  readonly #outputs = new Outputs();
  readonly #measures: Measure[] = [];

  constructor({ now, partition }: Batch<Action>, loaded: Loaded, definitions: DispatchDefinitions) {
    this.#now = now;
    this.#partition = partition;
    this.#loaded = loaded;
    this.#definitions = definitions;
    this.#deliveries = new Map(loaded.deliveries.map((delivery) => [delivery.actionId, delivery]));
    this.#contacts = [...loaded.contacts];
  }

  settleAnswers(): void {
    for (const [actionId, answer] of this.#loaded.answers) {
      const delivery = this.#deliveries.get(actionId);
      if (delivery?.state !== 'claimed') continue;
      if (answer.ok)
        this.#settle(delivery, {
          state: 'sent',
          outcome: this.#channel(delivery)?.type === 'smtp' ? 'sent' : 'delivered',
        });
      else this.#fail(delivery, answer);
    }
  }

  take(action: Action, traceparent: string | undefined): void {
    if (action.type === 'deliver') this.#queue(traceparent === undefined ? action : { ...action, traceparent });
    else if (action.type === 'cancel') this.#cancel(action);
    else this.#report(action, traceparent);
  }

  /** Claimed by an earlier life of the process, and nobody knows whether it left (R42). */
  recoverOrphans(): void {
    for (const delivery of [...this.#deliveries.values()]) {
      const { actionId, state } = delivery;
      const isOrphan = state === 'claimed' && !this.#loaded.inFlight.has(actionId) && !this.#changed.has(actionId);
      if (!isOrphan) continue;
      const channel = this.#channel(delivery);
      if (channel && honoursKeys(channel)) this.#sendAgain(delivery, channel);
      else this.#settle(delivery, { state: 'unknown', outcome: 'unknown', reason: INTERRUPTED });
    }
  }

  claimDue(): void {
    const due = [...this.#deliveries.values()].filter((delivery) => this.#isDue(delivery));
    for (const delivery of due.sort(
      (a, b) => b.action.priority - a.action.priority || (a.dueAt ?? 0) - (b.dueAt ?? 0),
    )) {
      if (this.#messages.length < this.#loaded.room) this.#handOver(delivery);
      else this.#postpone(delivery);
    }
  }

  result(): Folded<DispatchBatch> {
    const deliveries = [...this.#changed].map((id) => this.#deliveries.get(id)!);
    const taken = [...this.#loaded.answers.keys()];
    const woken = [...this.#loaded.woken];
    return {
      changes: {
        partition: this.#partition,
        deliveries,
        people: this.#people(),
        messages: this.#messages,
        taken,
        woken,
        retries: this.#retries,
      },
      outputs: this.#outputs.records,
      measures: this.#measures,
    };
  }

  /** Claimed in this batch, and once several ids: in the order of their ids, so that batches never wait for each other. */
  #people(): PersonClaim[] {
    const ids = new Set(this.#messages.map(({ context }) => context.id).sort());
    return [...ids].flatMap((customerId) => {
      const expected = this.#loaded.claims.get(customerId);
      return expected === undefined ? [] : [{ customerId, expected }];
    });
  }

  /** The second of one action id is the first one again. */
  #queue(action: Delivery['action']): void {
    const { actionId, customerId, channel } = action;
    if (this.#deliveries.has(actionId)) return;
    this.#put({ actionId, customerId, channel, state: 'queued', dueAt: this.#now, attempt: 0, because: [], action });
  }

  #cancel({
    actionId,
    cause,
    because = `${cause.journeyId ?? 'its journey'} ended before it was handed over`,
  }: CancelAction): void {
    const delivery = this.#deliveries.get(actionId);
    if (delivery?.state !== 'queued' && delivery?.state !== 'retrying') return;
    this.#stop({ ...delivery, because: [because] }, { reason: 'EXITED' });
  }

  #report({ customerId, messageId, event, properties, cause }: ReportAction, traceparent: string | undefined): void {
    const at = new Date(this.#now).toISOString();
    this.#outputs.traceparent = traceparent;
    this.#outputs.push(ownRecord({ messageId, customerId, event, properties, at, cause }));
  }

  #isDue({ state, dueAt, actionId, heldFor }: Delivery): boolean {
    if (state !== 'queued' && state !== 'retrying') return false;
    if (heldFor !== undefined && typeof this.#definitions.pauses.get(heldFor) !== 'object') return true;
    return this.#loaded.woken.has(actionId) || (dueAt !== undefined && dueAt <= this.#now);
  }

  /** A retry that was woken and finds no room is due by its row from now on, its wake-up being spent. */
  #postpone(delivery: Delivery): void {
    if ((delivery.dueAt ?? Infinity) > this.#now) this.#put({ ...delivery, dueAt: this.#now });
  }

  #handOver(waiting: Delivery): void {
    const delivery = this.#toWhomSheIs(waiting);
    const { action } = delivery;
    if (delivery.state === 'queued' && hasWaited(delivery) && delivery.dueAt! <= this.#now) {
      const latenessMs = this.#now - delivery.dueAt!;
      this.#measures.push({ what: 'timer', service: 'action-dispatch', latenessMs });
    }
    const channel = this.#channel(delivery);
    if (!channel)
      return this.#settle(delivery, {
        state: 'failed',
        outcome: 'failed',
        reason: `there is no channel "${delivery.channel}"`,
      });
    const { verdict, because } = this.#test(delivery, channel);
    if (verdict.may === 'go') return this.#claim(delivery, channel, because);
    // Who waits stays whom it was asked for: who that is may be another again by then (R61).
    if (verdict.may === 'wait') return this.#put({ ...waiting, ...this.#waiting(verdict, action), because });
    this.#stop({ ...delivery, because }, verdict);
  }

  /** With the same key, if it may still be sent: it may never have left, and the interruption may have been long (R62). */
  #sendAgain(orphan: Delivery, channel: Channel): void {
    const interrupted = this.#toWhomSheIs({ ...orphan, mayHaveLeft: true });
    const { verdict, because } = this.#test(interrupted, channel);
    const delivery = { ...interrupted, because };
    if (verdict.may === 'never') return this.#stop(delivery, verdict);
    if (verdict.may === 'go')
      return this.#claim(delivery, channel, [...because, 'sent again with the same key after an interruption']);
    this.#put({ ...delivery, ...this.#waiting(verdict, delivery.action), state: 'retrying' });
  }

  /** It may not be handed over, or not again. */
  #stop(delivery: Delivery, { reason, rule }: { reason: string; rule?: string | undefined }): void {
    if (!delivery.mayHaveLeft)
      return this.#settle(delivery, { state: 'suppressed', outcome: 'suppressed', reason, rule });
    const unknown = `an earlier try may have arrived, and it may not be sent again: ${reason}`;
    this.#settle(delivery, { state: 'unknown', outcome: 'unknown', reason: unknown, rule });
  }

  /**
   * R61: what is asked for one who turned out to be another goes to that one, at each try to whom she is by then; what may have left
   * goes to nobody else.
   */
  #toWhomSheIs(delivery: Delivery): Delivery {
    const { id } = this.#context(delivery.mayHaveLeft ? delivery.customerId : delivery.action.customerId);
    return id === delivery.customerId ? delivery : { ...delivery, customerId: id };
  }

  #waiting({ until, heldFor }: Extract<Verdict, { may: 'wait' }>, action: DeliverAction): Partial<Delivery> {
    return { dueAt: Math.min(until, afterExpiry(action)), heldFor };
  }

  #test(delivery: Delivery, channel: Channel): ReturnType<typeof handOverGates> {
    const { customerId: id, state, heldFor, dueAt } = delivery;
    const action = addressed(delivery);
    return handOverGates({
      action,
      channel,
      policies: this.#definitions.policies,
      context: this.#context(id),
      contacts: this.#contacts.filter(({ customerId }) => customerId === id),
      suppressions: this.#loaded.suppressions,
      now: this.#now,
      pause: this.#definitions.pauses.get(action.cause.journeyId ?? ''),
      heldUntil: heldFor === undefined ? undefined : dueAt,
      isRetry: state !== 'queued',
    });
  }

  /** Claiming takes the message's place under the caps (R35): the next message of this batch counts it. */
  #claim(delivery: Delivery, channel: Channel, because: string[]): void {
    const action = addressed(delivery);
    const attempt = delivery.attempt + 1;
    const isFirst = delivery.state === 'queued';
    this.#put({ ...delivery, state: 'claimed', attempt, dueAt: this.#now, heldFor: undefined, because });
    const { receivedAt } = isFirst && !hasWaited(delivery) ? action : {};
    this.#messages.push({ action, channel, context: this.#context(action.customerId), attempt, receivedAt });
    if (!isFirst || (action.class !== 'marketing' && action.class !== 'service')) return;
    this.#contacts.push({
      customerId: action.customerId,
      channel: action.channel,
      class: action.class,
      categories: action.categories,
      journeyId: action.cause.journeyId,
      at: this.#now,
    });
  }

  #fail(tried: Delivery, answer: Extract<SendResult, { ok: false }>): void {
    const { permanent, reason, retryAfterMs, uncertain = false } = answer;
    const delivery = uncertain ? { ...tried, mayHaveLeft: true } : tried;
    const channel = this.#channel(delivery);
    const { actionId, attempt, action } = delivery;
    if (uncertain && channel && !honoursKeys(channel))
      return this.#settle(delivery, { state: 'unknown', outcome: 'unknown', reason });
    if (permanent || !channel || attempt >= channel.retry.attempts)
      return this.#settle(delivery, { state: 'failed', outcome: 'failed', reason });
    const at = this.#now + retryDelayMs(channel, { actionId, attempt, retryAfterMs });
    if (action.expiresAt !== undefined && at > Date.parse(action.expiresAt)) {
      const because = [`the next try would be after ${action.expiresAt}; the last one: ${reason}`];
      return this.#stop({ ...delivery, because }, { reason: 'TTL' });
    }
    this.#put({ ...delivery, state: 'retrying', dueAt: at + JOB_GRACE_MS, reason });
    this.#measures.push({ what: 'delivery', channel: channel.type, end: 'retrying' });
    this.#retries.push({
      id: `${actionId}.${attempt}`,
      dueAt: at,
      data: { actionId, partition: String(this.#partition) },
    });
  }

  #settle(
    delivery: Delivery,
    to: { state: Exclude<DeliveryEnd, 'retrying'>; outcome: Outcome; reason?: string; rule?: string | undefined },
  ): void {
    const { state, outcome, reason, rule } = to;
    const channel = this.#channel(delivery)?.type;
    const action = addressed(delivery);
    this.#put({ ...delivery, state, dueAt: undefined, heldFor: undefined, settledAt: this.#now, reason, rule });
    this.#measures.push({ what: 'delivery', channel: channel ?? 'none', end: state });
    this.#outputs.traceparent = action.traceparent;
    this.#outputs.push(outcomeRecord({ action, type: channel ?? 'log', outcome, at: this.#now, reason, rule }));
  }

  #put(delivery: Delivery): void {
    this.#deliveries.set(delivery.actionId, delivery);
    this.#changed.add(delivery.actionId);
  }

  #channel({ channel }: Delivery): Channel | undefined {
    return this.#definitions.channels.get(channel);
  }

  #context(id: CustomerId): CustomerContext {
    return this.#loaded.contexts.get(id) ?? emptyContext(id);
  }
}

const INTERRUPTED = 'interrupted while it was handed over; the provider does not honour keys';

/** Whether a policy has made it wait: then it was told why. */
function hasWaited({ because }: Delivery): boolean {
  return because.length > 0;
}

/** What was asked for, to whom it goes. */
function addressed({ action, customerId }: Delivery): Delivery['action'] {
  return action.customerId === customerId ? action : { ...action, customerId };
}

/** The first moment at which a message is too late: it is looked at then, so that its journey hears of it in time. */
function afterExpiry({ expiresAt }: DeliverAction): EpochMs {
  return expiresAt === undefined ? Infinity : Date.parse(expiresAt) + 1;
}
