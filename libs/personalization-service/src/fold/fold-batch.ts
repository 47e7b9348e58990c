import {
  OWN_EVENTS,
  SCHEMA_VERSION,
  WaymarkError,
  type ActInteraction,
  type CancelAction,
  type CompensateInteraction,
  type CustomerId,
  type DecideInteraction,
  type DecisionMadeProperties,
  type DecisionId,
  type DeliverAction,
  type Interaction,
} from '@waymark/contracts';
import { addDuration, emptyContext, parseDuration, type CustomerContext, type Scope } from '@waymark/customer-context';
import type { Scored } from '@waymark/decisioning';
import type { OfferMade, PersonalizationChanges } from '@waymark/ports';
import { hashId, Outputs, type Batch, type Folded } from '@waymark/stream';
import type { CompiledContent, ContentScope } from '../content/compile-content.js';
import type { RequiredContent } from '../content/content-cache.js';
import { actionRecord, deliver, expiry, report, reportFailure } from './action-records.js';
import type { PersonalizationDefinitions } from './definitions.js';
import { makeDecision } from './make-decision.js';

export interface Loaded {
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
  made: readonly OfferMade[];
  inline: RequiredContent;
}

/** The data that an interaction has frozen (R60). */
type Frozen = Pick<ActInteraction, 'customerId' | 'entry' | 'event' | 'steps'>;

/** Turns interactions into actions: renders messages, decides slots, passes cancels on. Pure. */
export function foldBatch(
  batch: Batch<Interaction>,
  loaded: Loaded,
  definitions: PersonalizationDefinitions,
): Folded<PersonalizationChanges> {
  const work = new Work(batch, loaded, definitions);
  for (const { record, traceparent } of batch.records) work.take(record, traceparent);
  return work.result;
}

class Work {
  readonly #batch: Batch<Interaction>;
  readonly #loaded: Loaded;
  readonly #definitions: PersonalizationDefinitions;
  readonly #changes: PersonalizationChanges = { decisions: [], made: [], undone: [] };
  readonly #outputs = new Outputs();

  constructor(batch: Batch<Interaction>, loaded: Loaded, definitions: PersonalizationDefinitions) {
    this.#batch = batch;
    this.#loaded = loaded;
    this.#definitions = definitions;
  }

  get result(): Folded<PersonalizationChanges> {
    return { changes: this.#changes, outputs: this.#outputs.records };
  }

  take(interaction: Interaction, traceparent: string | undefined): void {
    this.#outputs.traceparent = traceparent;
    switch (interaction.type) {
      case 'act':
        return this.#act(interaction);
      case 'decide':
        return this.#decide(interaction);
      case 'compensate':
        return this.#compensate(interaction);
      case 'cancel': {
        const { actionId, customerId, cause, because } = interaction;
        const action: CancelAction = {
          schemaVersion: SCHEMA_VERSION,
          type: 'cancel',
          actionId,
          customerId,
          cause,
          because,
          requestedAt: this.#at,
        };
        this.#outputs.push(actionRecord(action));
      }
    }
  }

  #act(interaction: ActInteraction): void {
    const { channel, template, content, data } = interaction;
    this.#deliver(
      interaction,
      { channel, templateVersion: this.#definitions.templates.get(template ?? '')?.version },
      () => {
        const compiled = content === undefined ? this.#template(template, channel) : this.#loaded.inline.get(content);
        return compiled.render({ ...this.#readable(interaction), data });
      },
    );
  }

  #decide(interaction: DecideInteraction): void {
    const { customerId, slot, offers, top, explore, actionId } = interaction;
    const decisionId = hashId('decision', actionId) as DecisionId;
    const made = [...this.#loaded.made, ...this.#changes.made].filter((offer) => offer.customerId === customerId);
    const question = {
      decisionId,
      slot,
      offers,
      class: interaction.class,
      origin: 'journey' as const,
      top,
      explore,
      cause: interaction.cause,
      scope: this.#scope(interaction),
      made,
    };
    const { decision, chosen } = makeDecision(question, this.#definitions);
    this.#changes.decisions.push(decision);
    const winner = chosen[0];
    const cause = {
      ...interaction.cause,
      decisionId,
      ...(decision.winner !== undefined && { offerId: decision.winner }),
    };
    const properties = {
      slot,
      result: winner ? ('won' as const) : ('none' as const),
      offerId: decision.winner ?? null,
      strategy: decision.strategy ?? null,
      ranked: decision.ranked,
    } satisfies DecisionMadeProperties;
    this.#outputs.push(
      report({
        customerId,
        messageId: `${actionId}.decision`,
        event: OWN_EVENTS.decisionMade,
        properties,
        requestedAt: this.#at,
        cause,
      }),
    );
    if (winner) this.#offer({ ...interaction, cause }, decisionId, chosen);
  }

  #offer(interaction: DecideInteraction, decisionId: DecisionId, chosen: readonly Scored[]): void {
    const { survivor } = chosen[0]!;
    const { offer } = survivor.compiled;
    const channel = survivor.channel!;
    const templateId = offer.channels.find((each) => each.channel === channel)!.template;
    const templateVersion = this.#definitions.templates.get(templateId)?.version;
    const isMade = this.#deliver(
      interaction,
      { channel, templateVersion, offer: { id: offer.id, strategy: survivor.strategy, value: offer.value } },
      () =>
        this.#template(templateId, channel).render({
          ...this.#readable(interaction),
          offer: { ...offer, strategy: survivor.strategy },
          offers: chosen.map((each) => ({ ...each.survivor.compiled.offer, strategy: each.survivor.strategy })),
          decisionId,
        }),
    );
    if (!isMade) return;
    for (const each of chosen) this.#changes.made.push(this.#made(interaction.customerId, decisionId, each));
  }

  #made(customerId: CustomerId, decisionId: DecisionId, { survivor }: Scored): OfferMade {
    const { id, automate } = survivor.compiled.offer;
    const { now } = this.#batch;
    const undoUntil =
      survivor.strategy === 'automate' && automate ? addDuration(now, parseDuration(automate.undo), 'UTC') : undefined;
    return { decisionId, customerId, offerId: id, strategy: survivor.strategy, at: now, undoUntil };
  }

  #compensate(interaction: CompensateInteraction): void {
    const { offerId, decisionId } = interaction;
    const automate = this.#definitions.offers.get(offerId)?.offer.automate;
    this.#changes.undone.push({ decisionId, offerId, at: this.#batch.now });
    if (!automate?.compensate) return;
    const { channel, template } = automate.compensate;
    const treated = { ...interaction, class: 'transactional' as const, categories: [], priority: 0, steps: {} };
    this.#deliver(treated, { channel, templateVersion: this.#definitions.templates.get(template)?.version }, () =>
      this.#template(template, channel).render({
        ...this.#readable(treated),
        offer: this.#definitions.offers.get(offerId)!.offer,
        decisionId,
      }),
    );
  }

  /** Renders and sends on, and says whether it could: content that cannot be rendered is a failure of this message alone. */
  #deliver(
    of: Omit<ActInteraction, 'type' | 'channel' | 'template' | 'content' | 'data'>,
    what: {
      channel: string;
      templateVersion?: string | undefined;
      offer?: DeliverAction['offer'];
    },
    render: () => ReturnType<CompiledContent['render']>,
  ): boolean {
    const { actionId, customerId, categories, priority, cause, receivedAt } = of;
    const requestedAt = this.#at;
    try {
      this.#outputs.push(
        deliver({
          ...what,
          actionId,
          customerId,
          class: of.class,
          categories,
          priority,
          content: render(),
          requestedAt,
          receivedAt,
          expiresAt: expiry(of.ttl, of.requestedAt),
          contextVersion: this.#context(customerId).version,
          cause,
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof WaymarkError) || error.kind !== 'invalid') throw error;
      const { channel } = what;
      const type = this.#definitions.channels.get(channel)?.type;
      this.#outputs.push(
        reportFailure({ customerId, actionId, channel, type, reason: error.message, requestedAt, cause }),
      );
      return false;
    }
  }

  #template(id: string | undefined, channel: string): CompiledContent {
    const template = id === undefined ? undefined : this.#definitions.templates.get(id);
    if (!template) throw new WaymarkError('INVALID_RESOURCE', `there is no template "${id}" for ${channel}`);
    return template.content;
  }

  #scope({ customerId, entry, event, steps }: Frozen): Scope {
    return { customer: this.#context(customerId), entry, event, steps, now: this.#batch.now };
  }

  /** What templates can read: as conditions do, with `now` as text, because Liquid takes numbers for seconds. */
  #readable(of: Frozen): ContentScope & { now: string } {
    return { ...this.#scope(of), now: this.#at };
  }

  #context(customerId: CustomerId): CustomerContext {
    return this.#loaded.contexts.get(customerId) ?? emptyContext(customerId);
  }

  get #at(): string {
    return new Date(this.#batch.now).toISOString();
  }
}
