import {
  WaymarkError,
  errorItemSchema,
  instantSchema,
  type ActionId,
  type Channel,
  type ErrorItem,
  type NewRecord,
  type Outcome,
} from '@waymark/contracts';
import type { Clock, Delivery, DispatchStore, EventLog, Suppression } from '@waymark/ports';
import { z } from 'zod';
import { isSigned } from './channels/signature.js';
import { withSecrets, type Secrets } from './channels/secrets.js';
import { outcomeRecord } from './fold/outcome-record.js';

/** Outcomes of one call at most. */
const OUTCOMES_MAX = 1_000;

const PROVIDER_OUTCOMES = [
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
] as const satisfies readonly Outcome[];

const outcomeSchema = z.strictObject({
  actionId: z.string().min(1),
  outcome: z.enum(PROVIDER_OUTCOMES),
  /** A bounce for good: the address is not used any more (R33). */
  hard: z.boolean().default(false),
  /** When it happened; now if not said. */
  at: instantSchema.optional(),
  /** Where a click led. */
  url: z.string().max(2_000).optional(),
  /** Tells repeated opens and clicks apart; without it the second of one kind is the first one told again. */
  id: z.string().max(40).optional(),
});
/** A provider's call; of a list each is parsed for itself. */
export const outcomesSchema = z.union([outcomeSchema, z.array(outcomeSchema).max(OUTCOMES_MAX)]);
export type ProviderOutcome = z.infer<typeof outcomeSchema>;

export const outcomesTakenSchema = z
  .object({
    accepted: z.number().int(),
    rejected: z.array(errorItemSchema).describe('by their place in the list; nothing else of the list is lost'),
  })
  .meta({ id: 'OutcomesTaken' });
export type OutcomesTaken = z.infer<typeof outcomesTakenSchema>;

export interface OutcomeApiOptions {
  store: Pick<DispatchStore, 'deliveriesOf' | 'suppress'>;
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  secrets: Secrets;
  channel: (id: string) => Channel | undefined;
}

/** Takes what providers say of messages: they become events, and addresses that must not be used any more are kept. */
export class OutcomeApi {
  readonly #options: OutcomeApiOptions;

  constructor(options: OutcomeApiOptions) {
    this.#options = options;
  }

  /**
   * A provider's signed call: one outcome, or a list of them. Throws NOT_FOUND, BAD_SIGNATURE, MALFORMED_JSON,
   * INVALID_BODY; an outcome that is not valid, or of an action this channel never sent, is rejected alone.
   */
  async receive(channelId: string, rawBody: string, signature: string | undefined): Promise<OutcomesTaken> {
    const channel = this.#options.channel(channelId);
    if (!channel) throw new WaymarkError('NOT_FOUND', `there is no channel "${channelId}"`);
    this.#assertSigned(channel, rawBody, signature);
    const items = listOf(rawBody);
    const outcomes = new Map<number, ProviderOutcome>();
    const rejected: ErrorItem[] = [];
    for (const [index, item] of items.entries()) {
      const parsed = outcomeSchema.safeParse(item);
      if (parsed.success) outcomes.set(index, parsed.data);
      else
        rejected.push({
          index,
          code: 'INVALID_BODY',
          detail: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        });
    }
    const taken = await this.#take(channel, outcomes);
    return {
      accepted: taken.accepted,
      rejected: [...rejected, ...taken.rejected].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)),
    };
  }

  /** Outcomes from a trusted caller. */
  take(channel: Channel, outcomes: readonly ProviderOutcome[]): Promise<OutcomesTaken> {
    return this.#take(channel, new Map(outcomes.entries()));
  }

  /** The suppression is kept before the event is: told again, both are what they were. */
  async #take(channel: Channel, outcomes: ReadonlyMap<number, ProviderOutcome>): Promise<OutcomesTaken> {
    const { store, log, clock } = this.#options;
    const deliveries = await store.deliveriesOf([...outcomes.values()].map(({ actionId }) => actionId as ActionId));
    const records: NewRecord[] = [];
    const rejected: ErrorItem[] = [];
    const suppressions: Suppression[] = [];
    for (const [index, outcome] of outcomes) {
      const delivery = deliveries.get(outcome.actionId as ActionId);
      if (delivery?.channel !== channel.id || delivery.attempt === 0) {
        rejected.push({
          index,
          code: 'NOT_FOUND',
          detail: `the channel "${channel.id}" has handed over no action ${outcome.actionId}`,
        });
        continue;
      }
      records.push(this.#record(channel, delivery, outcome));
      suppressions.push(...suppressionOf(delivery, outcome, clock.now()));
    }
    if (suppressions.length > 0) await store.suppress(suppressions);
    if (records.length > 0) await log.append(records);
    return { accepted: records.length, rejected };
  }

  #assertSigned(channel: Channel, rawBody: string, signature: string | undefined): void {
    const { secrets, clock } = this.#options;
    if (channel.secret === undefined)
      throw new WaymarkError('BAD_SIGNATURE', `the channel "${channel.id}" has no secret, so nothing can be verified`);
    if (isSigned(rawBody, signature, { secret: withSecrets(channel.secret, secrets), nowMs: clock.now() })) return;
    throw new WaymarkError(
      'BAD_SIGNATURE',
      "Waymark-Signature must be t=SECONDS,v1=HMAC-SHA256 over SECONDS.BODY with the channel's secret, at most five minutes old",
    );
  }

  #record({ type }: Channel, { action }: Delivery, { outcome, at, id, hard, url }: ProviderOutcome): NewRecord {
    const moment = at === undefined ? this.#options.clock.now() : Date.parse(at);
    return outcomeRecord({ action, type, outcome, at: moment, url, occurrence: id, reason: hard ? 'hard' : undefined });
  }
}

function suppressionOf(
  { channel, customerId }: Delivery,
  { outcome, hard }: ProviderOutcome,
  at: number,
): Suppression[] {
  if (outcome === 'complained') return [{ channel, customerId, reason: 'complaint', at }];
  return outcome === 'bounced' && hard ? [{ channel, customerId, reason: 'hard-bounce', at }] : [];
}

function listOf(body: string): unknown[] {
  const json = parse(body);
  const items: unknown[] = Array.isArray(json) ? json : [json];
  if (items.length > OUTCOMES_MAX)
    throw new WaymarkError(
      'INVALID_BODY',
      `${items.length} outcomes are too many for one call: send at most ${OUTCOMES_MAX}`,
    );
  return items;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new WaymarkError('MALFORMED_JSON', 'the body is not JSON', { cause });
  }
}
