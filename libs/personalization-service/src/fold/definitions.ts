import {
  WaymarkError,
  asksConsent,
  type Channel,
  type DecideStep,
  type Journey,
  type Template,
} from '@waymark/contracts';
import { compileOffer, type CompiledOffer } from '@waymark/decisioning';
import type { ActiveResources } from '@waymark/ports';
import { compileContent, type CompiledContent } from '../content/compile-content.js';

export interface CompiledTemplate {
  version: string;
  channel: string;
  content: CompiledContent;
}

/** A slot as journeys use it. */
export interface Slot {
  slot: string;
  offers: DecideStep['offers'];
  class: Journey['policy']['class'];
}

/** What a partition decides and renders with. */
export interface PersonalizationDefinitions {
  revision: number;
  offers: ReadonlyMap<string, CompiledOffer>;
  templates: ReadonlyMap<string, CompiledTemplate>;
  channels: ReadonlyMap<string, Channel>;
  channelAsksConsent: ReadonlyMap<string, boolean>;
  slots: readonly Slot[];
}

export async function compileDefinitions({
  revision,
  resources,
}: ActiveResources): Promise<PersonalizationDefinitions> {
  const offers = new Map<string, CompiledOffer>();
  const templates = new Map<string, CompiledTemplate>();
  const channels = new Map<string, Channel>();
  const slots: Slot[] = [];
  for (const { resource, version } of resources) {
    if (resource.kind === 'offer') offers.set(resource.id, compileOffer(resource, version));
    if (resource.kind === 'template') templates.set(resource.id, await compileTemplate(resource, version));
    if (resource.kind === 'channel') channels.set(resource.id, resource);
    if (resource.kind === 'journey') slots.push(...slotsOf(resource));
  }
  const channelAsksConsent = new Map([...channels].map(([id, channel]) => [id, asksConsent(channel)]));
  return { revision, offers, templates, channels, channelAsksConsent, slots };
}

async function compileTemplate(template: Template, version: string): Promise<CompiledTemplate> {
  const { subject, mjml, html, text, body, json } = template;
  try {
    return {
      version,
      channel: template.channel,
      content: await compileContent({ subject, mjml, html, text, body, json }),
    };
  } catch (error) {
    if (!(error instanceof WaymarkError)) throw error;
    return {
      version,
      channel: template.channel,
      content: {
        render: () => {
          throw error;
        },
      },
    };
  }
}

function slotsOf(journey: Journey): Slot[] {
  return Object.values(journey.steps).flatMap((step) =>
    step.kind === 'decide' ? [{ slot: step.slot, offers: step.offers, class: step.class ?? journey.policy.class }] : [],
  );
}

/** The offers a step names, by id or by category. */
export function offersOf(
  { offers }: PersonalizationDefinitions,
  { ids, categories }: DecideStep['offers'],
): CompiledOffer[] {
  return [...offers.values()].filter(
    ({ offer }) => ids?.includes(offer.id) === true || categories?.includes(offer.category) === true,
  );
}
