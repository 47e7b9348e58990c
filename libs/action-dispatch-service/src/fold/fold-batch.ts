import {
  OWN_SOURCE,
  SCHEMA_VERSION,
  type Action,
  type ActionId,
  type CancelAction,
  type Channel,
  type CustomerId,
  type DeliverAction,
  type EpochMs,
  type NewRecord,
  type Outcome,
  type RawEvent,
  type ReportAction,
} from '@waymark/contracts';
import { emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { CountedContact, Delivery, DispatchChanges, DispatchState, Job } from '@waymark/ports';
import type { Batch, Folded } from '@waymark/stream';
import type { Mail } from '../hand-over/hand-over-desk.js';
import type { Message, SendResult } from '../hand-over/transport.js';
import { handOverGates } from '../policy/hand-over-gates.js';
import { honoursKeys, type DispatchDefinitions } from './definitions.js';
import { outcomeRecord } from './outcome-record.js';
import { retryDelayMs } from './retry-delay.js';

/** A retry's job only wakes; should it be lost, the row falls due by itself this much later. */
const JOB_GRACE_MS = 60_000;

export interface Loaded extends DispatchState, Mail {
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
}

/** The changes of a batch, and what is to be done once they are saved. */
export interface DispatchBatch extends DispatchChanges {
  partition: number;
  /** Claimed: to be handed over. */
  messages: Message[];
  /** Answers and wake-ups that the batch has taken in. */
  taken: ActionId[];
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
  for (const { record } of batch.records) work.take(record);
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
  readonly #outputs: NewRecord[] = [];

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

  take(action: Action): void {
    if (action.type === 'deliver') this.#queue(action);
    else if (action.type === 'cancel') this.#cancel(action);
    else this.#report(action);
  }

  /** Claimed by an earlier life of the process, and nobody knows whether it left (R42). */
  recoverOrphans(): void {
    for (const delivery of [...this.#deliveries.values()]) {
      const { actionId, state } = delivery;
      const isOrphan = state === 'claimed' && !this.#loaded.inFlight.has(actionId) && !this.#changed.has(actionId);
      if (!isOrphan) continue;
      const channel = this.#channel(delivery);
      if (channel && honoursKeys(channel))
        this.#claim(delivery, channel, ['sent again with the same key after an interruption']);
      else
        this.#settle(delivery, {
          state: 'unknown',
          outcome: 'unknown',
          reason: 'interrupted while it was handed over; the provider does not honour keys',
        });
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
    const taken = [...this.#loaded.answers.keys(), ...this.#loaded.woken];
    return {
      changes: { partition: this.#partition, deliveries, messages: this.#messages, taken, retries: this.#retries },
      outputs: this.#outputs,
    };
  }

  /** The second of one action id is the first one again. */
  #queue(action: DeliverAction): void {
    const { actionId, customerId, channel } = action;
    if (this.#deliveries.has(actionId)) return;
    this.#put({ actionId, customerId, channel, state: 'queued', dueAt: this.#now, attempt: 0, because: [], action });
  }

  #cancel({ actionId, cause }: CancelAction): void {
    const delivery = this.#deliveries.get(actionId);
    if (delivery?.state !== 'queued' && delivery?.state !== 'retrying') return;
    const because = `${cause.journeyId ?? 'its journey'} ended before it was handed over`;
    this.#settle({ ...delivery, because: [because] }, { state: 'suppressed', outcome: 'suppressed', reason: 'EXITED' });
  }

  #report({ customerId, messageId, event, properties, cause }: ReportAction): void {
    const at = new Date(this.#now).toISOString();
    const raw: RawEvent = {
      schemaVersion: SCHEMA_VERSION,
      type: 'track',
      messageId,
      source: OWN_SOURCE,
      customerId,
      event,
      properties,
      traits: {},
      context: {},
      timestamp: at,
      receivedAt: at,
      cause,
    };
    this.#outputs.push({ topic: 'events.raw', key: customerId, value: JSON.stringify(raw) });
  }

  #isDue({ state, dueAt, actionId }: Delivery): boolean {
    if (state !== 'queued' && state !== 'retrying') return false;
    return this.#loaded.woken.has(actionId) || (dueAt !== undefined && dueAt <= this.#now);
  }

  /** A retry that was woken and finds no room is due by its row from now on, its wake-up being spent. */
  #postpone(delivery: Delivery): void {
    if ((delivery.dueAt ?? Infinity) > this.#now) this.#put({ ...delivery, dueAt: this.#now });
  }

  #handOver(delivery: Delivery): void {
    const { action } = delivery;
    const channel = this.#channel(delivery);
    if (!channel)
      return this.#settle(delivery, {
        state: 'failed',
        outcome: 'failed',
        reason: `there is no channel "${delivery.channel}"`,
      });
    const { verdict, because } = handOverGates({
      action,
      channel,
      policies: this.#definitions.policies,
      context: this.#context(action.customerId),
      contacts: this.#contacts.filter(({ customerId }) => customerId === action.customerId),
      suppressions: this.#loaded.suppressions,
      now: this.#now,
      isRetry: delivery.state === 'retrying',
    });
    if (verdict.may === 'go') return this.#claim(delivery, channel, because);
    if (verdict.may === 'wait')
      return this.#put({ ...delivery, dueAt: Math.min(verdict.until, afterExpiry(action)), because });
    this.#settle(
      { ...delivery, because },
      { state: 'suppressed', outcome: 'suppressed', reason: verdict.reason, rule: verdict.rule },
    );
  }

  /** Claiming takes the message's place under the caps (R35): the next message of this batch counts it. */
  #claim(delivery: Delivery, channel: Channel, because: string[]): void {
    const { action } = delivery;
    const attempt = delivery.attempt + 1;
    const isFirst = delivery.state === 'queued';
    this.#put({ ...delivery, state: 'claimed', attempt, dueAt: this.#now, because });
    this.#messages.push({ action, channel, context: this.#context(action.customerId), attempt });
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

  #fail(delivery: Delivery, answer: Extract<SendResult, { ok: false }>): void {
    const { permanent, reason, retryAfterMs, uncertain = false } = answer;
    const channel = this.#channel(delivery);
    const { actionId, attempt, action } = delivery;
    if (uncertain && channel && !honoursKeys(channel))
      return this.#settle(delivery, { state: 'unknown', outcome: 'unknown', reason });
    if (permanent || !channel || attempt >= channel.retry.attempts)
      return this.#settle(delivery, { state: 'failed', outcome: 'failed', reason });
    const at = this.#now + retryDelayMs(channel, { actionId, attempt, retryAfterMs });
    if (action.expiresAt !== undefined && at > Date.parse(action.expiresAt)) {
      const because = [`the next try would be after ${action.expiresAt}; the last one: ${reason}`];
      return this.#settle({ ...delivery, because }, { state: 'suppressed', outcome: 'suppressed', reason: 'TTL' });
    }
    this.#put({ ...delivery, state: 'retrying', dueAt: at + JOB_GRACE_MS, reason });
    this.#retries.push({
      id: `${actionId}.${attempt}`,
      dueAt: at,
      data: { actionId, partition: String(this.#partition) },
    });
  }

  #settle(
    delivery: Delivery,
    to: { state: Delivery['state']; outcome: Outcome; reason?: string; rule?: string | undefined },
  ): void {
    const { state, outcome, reason, rule } = to;
    const type = this.#channel(delivery)?.type ?? 'log';
    this.#put({ ...delivery, state, dueAt: undefined, settledAt: this.#now, reason, rule });
    this.#outputs.push(outcomeRecord({ action: delivery.action, type, outcome, at: this.#now, reason, rule }));
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

/** The first moment at which a message is too late: it is looked at then, so that its journey hears of it in time. */
function afterExpiry({ expiresAt }: DeliverAction): EpochMs {
  return expiresAt === undefined ? Infinity : Date.parse(expiresAt) + 1;
}
