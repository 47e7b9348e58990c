import {
  OWN_EVENTS,
  OWN_SOURCE,
  STRATEGIES,
  outcomeOfEventName,
  type CustomerEvent,
  type Json,
  type JsonObject,
  type MessageClass,
  type Outcome,
  type Strategy,
} from '@waymark/contracts';
import { amountOf } from './amount.js';
import { boundContext } from './bound-context.js';
import { isObject } from './cel-environment.js';
import type { ConsentStatus, Contact, CustomerContext, Purpose } from './customer-context.js';
import { own } from './own.js';

/** Contacts kept: enough for every cap window of a busy customer, bounded. */
const CONTACTS_MAX = 100;
/** A resource id, and far more of them than a workspace has. */
const NAME_CHARS_MAX = 63;
const NAMES_MAX = 100;
/** These keys would reach into an object's prototype; they are never taken over. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export type FoldedEvent = Pick<CustomerEvent, 'type' | 'name' | 'properties' | 'traits' | 'timestamp' | 'cause'> &
  Partial<Pick<CustomerEvent, 'source'>>;

/**
 * The context after an event; the given one is not changed. The caller raises the version, once per batch. What the
 * event says of traits, consents, agency, orders, journeys and contacts is taken in, it is counted, and its time noted:
 * outcomes of our own sending other than opened and clicked are no sign of life and move no `lastSeen`. What the platform
 * says of her segments changes her segments and nothing else: were it counted, a condition could change by its own answer.
 */
export function foldEvent(context: CustomerContext, event: FoldedEvent): CustomerContext {
  if (isOfSegments(event)) return withSegment(context, event);
  const next: CustomerContext = { ...context };
  if (event.type === 'identify') next.traits = withTraits(context.traits, event.traits);
  if (event.type === 'group' || event.type === 'alias') return boundContext(next);
  if (event.type !== 'identify') count(next, event);
  FOLDS.get(event.name)?.(next, event);
  const outcome = outcomeOfEventName(event.name);
  if (outcome) foldOutcome(next, event, outcome);
  return boundContext(next);
}

/** Only the platform's own word: whoever sends an event of such a name has sent an event like any other. */
function isOfSegments({ name, source }: FoldedEvent): boolean {
  return source === OWN_SOURCE && (name === OWN_EVENTS.segmentEntered || name === OWN_EVENTS.segmentLeft);
}

function withSegment(context: CustomerContext, { name, properties }: FoldedEvent): CustomerContext {
  const { segmentId } = properties;
  const others = context.segments.filter((id) => id !== segmentId);
  if (name === OWN_EVENTS.segmentLeft || typeof segmentId !== 'string') return { ...context, segments: others };
  return boundContext({ ...context, segments: [...others, segmentId].sort() });
}

function count(next: CustomerContext, { name, timestamp }: FoldedEvent): void {
  if (FORBIDDEN.has(name)) return;
  next.counters = { ...next.counters, [name]: (own(next.counters, name) ?? 0) + 1 };
  if (!isSignOfLife(name)) return;
  const before = own(next.lastSeen, name);
  if (before === undefined || before < timestamp) next.lastSeen = { ...next.lastSeen, [name]: timestamp };
}

function isSignOfLife(name: string): boolean {
  const outcome = outcomeOfEventName(name);
  if (outcome) return outcome === 'opened' || outcome === 'clicked' || outcome === 'unsubscribed';
  return !SILENT.has(name);
}

/** What the platform says of itself. */
const SILENT = new Set<string>([
  OWN_EVENTS.journeyEntered,
  OWN_EVENTS.journeyEnded,
  OWN_EVENTS.journeyMerged,
  OWN_EVENTS.journeyParted,
  OWN_EVENTS.mergeUndoRequested,
  OWN_EVENTS.experimentViewed,
  OWN_EVENTS.stageEntered,
  OWN_EVENTS.decisionMade,
  OWN_EVENTS.traitsUpdated,
]);

type Fold = (next: CustomerContext, event: FoldedEvent) => void;

const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Order Completed', foldOrder],
  [OWN_EVENTS.consentUpdated, foldConsent],
  [OWN_EVENTS.agencyUpdated, foldAgency],
  [OWN_EVENTS.traitsUpdated, foldTraits],
  [OWN_EVENTS.journeyMerged, (next, event) => foldInstances(next, event, 1)],
  [OWN_EVENTS.journeyParted, (next, event) => foldInstances(next, event, -1)],
  [OWN_EVENTS.stageEntered, (next, event) => foldJourney(next, event, 0)],
  [OWN_EVENTS.journeyEntered, (next, event) => foldJourney(next, event, 1)],
  [OWN_EVENTS.journeyEnded, (next, event) => foldJourney(next, event, -1)],
]);

function foldTraits(next: CustomerContext, { properties }: FoldedEvent): void {
  if (isObject(properties['set'])) next.traits = withTraits(next.traits, properties['set']);
  if (isObject(properties['add'])) next.counters = withCounters(next.counters, properties['add']);
}

function withTraits(traits: JsonObject, set: JsonObject): JsonObject {
  const kept = Object.entries({ ...traits, ...set }).filter(([key, value]) => value !== null && !FORBIDDEN.has(key));
  return Object.fromEntries(kept);
}

function withCounters(counters: Record<string, number>, add: JsonObject): Record<string, number> {
  const next = { ...counters };
  for (const [name, by] of Object.entries(add)) {
    const amount = amountOf(by);
    if (amount !== undefined && !FORBIDDEN.has(name)) next[name] = (own(next, name) ?? 0) + amount;
  }
  return next;
}

/** Segment's `Order Completed`: revenue, else value, else total. */
function foldOrder(next: CustomerContext, { properties, timestamp }: FoldedEvent): void {
  const amounts = [properties['revenue'], properties['value'], properties['total']].map(amountOf);
  const amount = amounts.find((each) => each !== undefined) ?? 0;
  const { count: before, value, firstAt, lastAt } = next.orders;
  next.orders = {
    count: before + 1,
    value: value + amount,
    firstAt: firstAt !== undefined && firstAt < timestamp ? firstAt : timestamp,
    lastAt: lastAt !== undefined && lastAt > timestamp ? lastAt : timestamp,
  };
}

const STATUSES = new Set<Json | undefined>(['granted', 'denied', 'withdrawn']);

function foldConsent(next: CustomerContext, { properties }: FoldedEvent): void {
  const { channel, purpose, status } = properties;
  if (!isRoomFor(channel, next.consents)) return;
  if ((purpose !== 'marketing' && purpose !== 'service') || !STATUSES.has(status)) return;
  setConsent(next, channel, purpose, status as ConsentStatus);
}

function setConsent(next: CustomerContext, channel: string, purpose: Purpose, status: ConsentStatus): void {
  next.consents = { ...next.consents, [channel]: { ...next.consents[channel], [purpose]: status } };
}

function foldAgency(next: CustomerContext, { properties }: FoldedEvent): void {
  const { category, level } = properties;
  if (!isRoomFor(category, next.agency) || !STRATEGIES.includes(level as Strategy)) return;
  next.agency = { ...next.agency, [category]: level as Strategy };
}

/**
 * Whether a channel or category is a name that a workspace could have and, if it is new, one more fits. What she consents
 * to and leaves to us is never dropped from a context, so it must not grow by names that somebody made up.
 */
function isRoomFor(name: Json | undefined, among: Readonly<Record<string, unknown>>): name is string {
  if (typeof name !== 'string' || name.length > NAME_CHARS_MAX || FORBIDDEN.has(name)) return false;
  return Object.hasOwn(among, name) || Object.keys(among).length < NAMES_MAX;
}

/** The platform's own word alone, which names the instance: nobody else can say where she is. */
function foldJourney(next: CustomerContext, { properties, cause }: FoldedEvent, change: -1 | 0 | 1): void {
  const { journeyId, stage } = properties;
  if (cause?.instanceId === undefined || typeof journeyId !== 'string' || FORBIDDEN.has(journeyId)) return;
  const entered = typeof stage === 'string' ? stage : undefined;
  next.journeys = withInstances(next.journeys, journeyId, { change, stage: entered });
  if (entered !== undefined) next.stage = entered;
}

function withInstances(
  journeys: CustomerContext['journeys'],
  journeyId: string,
  { change, stage }: { change: number; stage?: string | undefined },
): CustomerContext['journeys'] {
  const before = own(journeys, journeyId) ?? { active: 0 };
  const active = Math.max(0, before.active + change);
  const { [journeyId]: _, ...others } = journeys;
  return active === 0
    ? others
    : { ...others, [journeyId]: { ...before, active, ...(stage !== undefined && { stage }) } };
}

/** How many instances of which journeys come to her, or part from her, when a merge is undone: the platform's own word alone. */
function foldInstances(next: CustomerContext, { properties, source }: FoldedEvent, sign: -1 | 1): void {
  const { journeys } = properties;
  if (source !== OWN_SOURCE || !isObject(journeys)) return;
  for (const [journeyId, count] of Object.entries(journeys))
    if (typeof count === 'number' && !FORBIDDEN.has(journeyId))
      next.journeys = withInstances(next.journeys, journeyId, { change: sign * count });
}

function foldOutcome(next: CustomerContext, event: FoldedEvent, outcome: Outcome): void {
  const { channel, class: messageClass, categories } = event.properties;
  if (!isRoomFor(channel, next.consents)) return;
  if (outcome === 'unsubscribed' || outcome === 'complained') setConsent(next, channel, 'marketing', 'withdrawn');
  if (!isHandOver(event, outcome)) return;
  const contact: Contact = {
    channel,
    class: (messageClass as MessageClass | undefined) ?? 'marketing',
    categories: Array.isArray(categories) ? categories.filter((c): c is string => typeof c === 'string') : [],
    journeyId: event.cause?.journeyId,
    at: event.timestamp,
  };
  next.contacts = [...next.contacts, contact].slice(-CONTACTS_MAX);
}

/** A mail is a contact when it was sent, what else there is when it was delivered: one contact a message. */
function isHandOver({ name }: FoldedEvent, outcome: Outcome): boolean {
  return outcome === 'sent' || (outcome === 'delivered' && !name.startsWith('Email '));
}
