import { OUTCOMES, WaymarkError, type ActionId, type Channel, type ErrorItem, type NewRecord } from '@waymark/contracts';
import type { Clock, Delivery, DispatchStore, EventLog, Suppression } from '@waymark/ports';
import { z } from 'zod';
import { isSigned } from './channels/signature.js';
import { withSecrets, type Secrets } from './channels/secrets.js';
import { outcomeRecord } from './fold/outcome-record.js';

const PROVIDER_OUTCOMES = ['delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed', 'failed'] as const satisfies readonly (typeof OUTCOMES)[number][];

const outcomeSchema = z.object({
  actionId: z.string().min(1),
  outcome: z.enum(PROVIDER_OUTCOMES),
  /** A bounce for good. */
  hard: z.boolean().default(false),
  at: z.iso.datetime({ offset: true }).optional(),
  /** Tells repeated opens and clicks apart. */
  id: z.string().max(40).optional(),
});
export type ProviderOutcome = z.infer<typeof outcomeSchema>;

const bodySchema = z.union([z.array(outcomeSchema).max(1000), outcomeSchema.transform((one) => [one])]);

export interface OutcomeApiOptions {
  store: DispatchStore;
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

  /** A provider's signed call. Throws NOT_FOUND, BAD_SIGNATURE, INVALID_BODY; unknown actions are reported one by one. */
  async receive(channelId: string, rawBody: string, signature: string | undefined): Promise<{ accepted: number; rejected: ErrorItem[] }> {
    const { channel, secrets, clock } = this.#options;
    const found = channel(channelId);
    if (!found) throw new WaymarkError('NOT_FOUND', `there is no channel "${channelId}"`);
    if (found.secret === undefined) throw new WaymarkError('BAD_SIGNATURE', `the channel "${channelId}" has no secret, so nothing can be verified`);
    if (!isSigned(rawBody, signature, { secret: withSecrets(found.secret, secrets), nowMs: clock.now() })) {
      throw new WaymarkError('BAD_SIGNATURE', 'Waymark-Signature must be t=SECONDS,v1=HMAC-SHA256 over SECONDS.BODY with the channel\'s secret, at most five minutes old');
    }
    return this.take(found, bodySchema.parse(parse(rawBody)));
  }

  /** Outcomes from a trusted caller. */
  async take(channel: Channel, outcomes: readonly ProviderOutcome[]): Promise<{ accepted: number; rejected: ErrorItem[] }> {
    const records: NewRecord[] = [];
    const rejected: ErrorItem[] = [];
    const suppressions: Suppression[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const delivery = await this.#options.store.delivery(outcome.actionId as ActionId);
      if (delivery?.channel !== channel.id) {
        rejected.push({ index, code: 'NOT_FOUND', detail: `the channel "${channel.id}" has handed over no action ${outcome.actionId}` });
        continue;
      }
      records.push(this.#record(channel, delivery, outcome));
      suppressions.push(...suppressionOf(delivery, outcome, this.#options.clock.now()));
    }
    if (suppressions.length > 0) await this.#options.store.suppress(suppressions);
    if (records.length > 0) await this.#options.log.append(records);
    return { accepted: records.length, rejected };
  }

  #record({ type }: Channel, { action }: Delivery, { outcome, at, id, hard }: ProviderOutcome): NewRecord {
    const moment = at === undefined ? this.#options.clock.now() : Date.parse(at);
    return outcomeRecord({ action, type, outcome, at: moment, occurrence: id, reason: hard ? 'hard' : undefined });
  }
}

function suppressionOf({ channel, customerId }: Delivery, { outcome, hard }: ProviderOutcome, at: number): Suppression[] {
  if (outcome === 'complained') return [{ channel, customerId, reason: 'complaint', at }];
  return outcome === 'bounced' && hard ? [{ channel, customerId, reason: 'hard-bounce', at }] : [];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new WaymarkError('MALFORMED_JSON', 'the body is not JSON', { cause });
  }
}
