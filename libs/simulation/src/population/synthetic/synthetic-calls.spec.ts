import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Resource } from '@waymark/contracts';
import type { WorkspaceFile } from '@waymark/ingestion-service';
import { Ring } from '../../ring.js';
import { checked } from '../../testing/play.js';
import { madeUpCalls } from '../incoming.js';
import { syntheticCalls } from './synthetic-calls.js';

const START = Date.parse('2026-11-30T00:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const JOURNEY = `kind: journey
id: cart
entry: { event: Added, where: event.properties.price >= 20.0 && event.properties.kind == "bean" }
goal: { event: Ordered, where: event.properties.cart_id == entry.properties.cart_id }
exits: [{ id: emptied, event: Emptied }]
start: wait
steps:
  wait: { kind: await, any: [{ id: seen, event: Page Viewed, next: which }], timeout: { after: P2D, next: done } }
  which: { kind: branch, when: [{ id: keen, if: 'customer.counters["Looked"] > 0.0 && customer.traits.plan == "gold"', next: done }], default: done }
  done: { kind: exit }
`;
const EVENT = `kind: event
id: added
name: Added
properties:
  type: object
  required: [cart_id, price, day]
  properties:
    cart_id: { type: string, minLength: 30, maxLength: 40 }
    price: { type: number, minimum: 5, maximum: 45 }
    kind: { type: string, enum: [bean, cup] }
    day: { type: string, format: date }
    at: { type: string, format: date-time }
    mail: { type: string, format: email }
    link: { type: string, format: uri }
    id: { type: string, format: uuid }
    sizes: { type: array, minItems: 1, maxItems: 2, items: { type: integer, multipleOf: 5, exclusiveMinimum: 0, exclusiveMaximum: 20 } }
    nested: { type: object, required: [deep], properties: { deep: { const: 7 }, open: { type: boolean } } }
`;
const PROFILE = `kind: profile
id: profile
traits: { type: object, required: [email, plan, timezone], properties: { email: { type: string, format: email }, plan: { type: string, enum: [gold, none] }, timezone: { type: string }, age: { type: integer, minimum: 18, maximum: 99 } } }
`;
const MAIL = 'kind: channel\nid: mail\ntype: smtp\nurl: smtp://localhost\nfrom: a@example.com\n';

const FILES = filesOf([JOURNEY, EVENT, PROFILE, MAIL]);
const resources = resourcesOf([JOURNEY, EVENT, PROFILE, MAIL]);

function filesOf(texts: readonly string[]): WorkspaceFile[] {
  return texts.map((text, i) => ({ path: `${i}.yaml`, text }));
}

function resourcesOf(texts: readonly string[]): Resource[] {
  return checked(filesOf(texts)).map(({ resource }) => resource);
}

function made(of: Partial<Parameters<typeof syntheticCalls>[0]> = {}): JsonObject[] {
  return [...syntheticCalls({ resources, seed: 1, customers: 60, days: 10, start: START, ...of })];
}

const momentOf = (call: JsonObject): number => Date.parse(call['timestamp'] as string);
const named = (calls: readonly JsonObject[], event: string): JsonObject[] =>
  calls.filter((call) => call['event'] === event);
const propertiesOf = (call: JsonObject): JsonObject => call['properties'] as JsonObject;

describe('syntheticCalls', () => {
  it('makes the same population of one seed, and another of another', () => {
    expect(made()).toEqual(made());
    expect(made({ seed: 2 })).not.toEqual(made());
  });

  it('leaves a customer as she is when there are more of them', () => {
    const of = (calls: readonly JsonObject[]): JsonObject[] => calls.filter(({ userId }) => userId === 's000003');
    expect(of(made({ customers: 200 }))).toEqual(of(made()));
  });

  it('is in the order of time: everybody introduced an hour before the start, then what they do, within the days', () => {
    const calls = made();
    const moments = calls.map(momentOf);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(moments.filter((at) => at < START).every((at) => at === START - HOUR_MS)).toBe(true);
    expect(calls.filter(({ type }) => type === 'identify').map(momentOf)).toEqual(Array(60).fill(START - HOUR_MS));
    expect(moments.at(-1)).toBeLessThan(START + 10 * DAY_MS);
    expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(calls.length);
  });

  it('does what the journeys listen to', () => {
    const calls = made();
    for (const event of ['Added', 'Ordered', 'Emptied', 'Looked', 'Consent Updated'])
      expect({ event, some: named(calls, event).length > 0 }).toEqual({ event, some: true });
    expect(calls.some(({ type }) => type === 'page')).toBe(true);
  });

  it('gives properties in which ingestion finds nothing to object to', async () => {
    const ring = new Ring(START - HOUR_MS, checked);
    await ring.authorize();
    await ring.ingestion.workspace.apply(FILES, { dryRun: false });
    await ring.settle();
    for (const incoming of madeUpCalls(made({ customers: 40 })))
      if ('event' in incoming) {
        await ring.advanceTo(Date.parse(incoming.event.receivedAt));
        await ring.ingestion.acceptor.emit([incoming.event]);
      }
    await ring.settle();
    const ids = Array.from({ length: 40 }, (_, i) => `s${String(i + 1).padStart(6, '0')}`);
    const stored = (await Promise.all(ids.map((id) => ring.ingestion.customers.events(id, 1_000)))).flat();
    const added = stored.filter(({ event }) => event.name === 'Added');
    expect(added.length).toBeGreaterThan(100);
    expect(added.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('gives traits by the profile schema', () => {
    const traits = made({ customers: 200 }).flatMap((call) => (call['type'] === 'identify' ? [call['traits']] : []));
    for (const each of traits as JsonObject[]) {
      expect(each).toMatchObject({
        email: expect.stringContaining('@example.com'),
        timezone: expect.stringContaining('/'),
      });
      expect(['gold', 'none']).toContain(each['plan']);
    }
    const ages = (traits as JsonObject[]).flatMap(({ age }) => (age === undefined ? [] : [age as number]));
    expect(ages.length).toBeLessThan(200);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(18);
    expect(Math.max(...ages)).toBeLessThanOrEqual(99);
  });

  it('lies on both sides of what conditions ask for where no schema says more', () => {
    const calls = named(made({ resources: resourcesOf([JOURNEY, MAIL]), customers: 100 }), 'Added').map(propertiesOf);
    const prices = calls.map(({ price }) => price as number);
    expect(prices.some((price) => price < 20) && prices.some((price) => price >= 20)).toBe(true);
    const kinds = new Set(calls.map(({ kind }) => kind === 'bean'));
    expect(kinds).toEqual(new Set([true, false]));
  });

  it('calls one thing by one name within a story: an order is of a cart that was filled', () => {
    const calls = made({ resources: resourcesOf([JOURNEY, MAIL]) });
    const carts = new Set(named(calls, 'Added').map((call) => propertiesOf(call)['cart_id']));
    const ordered = named(calls, 'Ordered').map((call) => propertiesOf(call)['cart_id']);
    expect(carts.size).toBe(named(calls, 'Added').length);
    expect(ordered.every((cart) => carts.has(cart))).toBe(true);
  });

  it('grants most consents, denies some and says nothing of others', () => {
    const statuses = named(made({ customers: 400 }), 'Consent Updated').map((call) => propertiesOf(call)['status']);
    const granted = statuses.filter((status) => status === 'granted').length;
    expect(granted / 400).toBeGreaterThan(0.75);
    expect(statuses.length).toBeLessThan(400);
    expect(statuses).toContain('denied');
  });
});
