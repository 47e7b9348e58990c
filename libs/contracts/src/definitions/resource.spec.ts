import { describe, expect, it } from '@jest/globals';
import { RESOURCE_SCHEMAS, resourceSchema, type ResourceKind } from './resource.js';

/** The least that makes a resource of each kind, and what its author then need not say. */
const RESOURCES: Record<ResourceKind, { least: object; defaults: object }> = {
  journey: {
    least: { entry: { event: 'Signed Up' }, start: 'done', steps: { done: { kind: 'exit' } } },
    defaults: {
      entry: { event: 'Signed Up', reentry: 'never' },
      exits: [],
      policy: { class: 'marketing', priority: 0, categories: [], maxStepVisits: 1000, onMerge: 'keepOldest' },
    },
  },
  event: { least: { name: 'Signed Up', properties: {} }, defaults: { onViolation: 'allow' } },
  profile: { least: { traits: {} }, defaults: {} },
  segment: { least: { if: 'true' }, defaults: {} },
  template: { least: { channel: 'mail' }, defaults: {} },
  offer: {
    least: { category: 'refill', strategy: 'curate', value: 5, channels: [{ channel: 'mail', template: 'refill' }] },
    defaults: { lever: 1, priority: 0, prior: { accepts: 1, declines: 1 } },
  },
  'contact-policy': { least: {}, defaults: { release: { spread: 'PT10M' }, weekStart: 'mon', caps: [] } },
  channel: {
    least: { type: 'smtp' },
    defaults: { retry: { attempts: 8, base: 'PT1S', max: 'PT10M' }, timeout: 'PT10S' },
  },
};
const KINDS = Object.keys(RESOURCES) as ResourceKind[];
const resource = (kind: ResourceKind, over: object = {}): object => ({
  kind,
  id: 'x',
  ...RESOURCES[kind].least,
  ...over,
});
const parsed = (kind: ResourceKind, over: object = {}): unknown => resourceSchema.parse(resource(kind, over));
const isResource = (kind: ResourceKind, over: object = {}): boolean =>
  resourceSchema.safeParse(resource(kind, over)).success;

describe('resources', () => {
  it('are of these kinds', () => {
    expect(Object.keys(RESOURCE_SCHEMAS).sort()).toEqual([...KINDS].sort());
  });

  it.each(KINDS)('%s: what is not said has its default', (kind) => {
    expect(parsed(kind)).toEqual({ ...resource(kind), ...RESOURCES[kind].defaults });
  });

  it.each(KINDS)('%s: filling defaults in twice changes nothing, so that a version is what it says it is', (kind) => {
    expect(resourceSchema.parse(parsed(kind))).toEqual(parsed(kind));
  });

  it.each(KINDS)('%s may be described for people, and has no other keys', (kind) => {
    const described = { description: 'a', stage: 'b', touchpoint: 'c', job: 'd', owner: 'e', tags: ['f'] };
    expect(parsed(kind, described)).toMatchObject(described);
    expect(isResource(kind, { descripton: 'a' })).toBe(false);
  });

  it.each(KINDS)('%s has an id', (kind) => {
    expect(isResource(kind, { id: undefined })).toBe(false);
    expect(isResource(kind, { id: 'Not An Id' })).toBe(false);
  });

  it.each(['scenario', 'robot', '', undefined])('are never of kind %j', (kind) => {
    expect(resourceSchema.safeParse({ ...resource('channel'), kind }).success).toBe(false);
  });
});

describe('a journey', () => {
  const entry = (reentry: unknown): object => ({ entry: { event: 'Signed Up', reentry } });

  it.each<[unknown, unknown]>([
    ['never', 'never'],
    [{ afterExit: {} }, { afterExit: { minInterval: 'PT0S', from: 'exit' } }],
    [{ afterExit: { minInterval: 'P30D', from: 'entry' } }, { afterExit: { minInterval: 'P30D', from: 'entry' } }],
    [{ always: {} }, { always: { maxConcurrent: 1 } }],
    [{ always: { maxConcurrent: 100 } }, { always: { maxConcurrent: 100 } }],
  ])('may be entered again %j (R2)', (reentry, full) => {
    expect(parsed('journey', entry(reentry))).toMatchObject(entry(full));
  });

  it.each([
    'always',
    {},
    { afterExit: {}, always: {} },
    { always: { maxConcurrent: 0 } },
    { always: { maxConcurrent: 101 } },
    { afterExit: { from: 'start' } },
    { afterExit: { minInterval: '30 days' } },
  ])('may not be entered again %j', (reentry) => {
    expect(isResource('journey', entry(reentry))).toBe(false);
  });

  it('fills in a policy that says only part of it', () => {
    expect(parsed('journey', { policy: { class: 'service', maxLifetime: 'P90D' } })).toMatchObject({
      policy: { class: 'service', priority: 0, categories: [], maxLifetime: 'P90D', maxStepVisits: 1000 },
    });
  });

  it.each<[string, object, boolean]>([
    ['an exit rule by event', { exits: [{ id: 'left', event: 'Left', where: 'true' }] }, true],
    ['an exit rule by condition', { exits: [{ id: 'left', if: 'true' }] }, true],
    ['an exit rule of both', { exits: [{ id: 'left', event: 'Left', if: 'true' }] }, false],
    ['an exit rule of neither', { exits: [{ id: 'left' }] }, false],
    ['a goal with a window (R18)', { goal: { event: 'Paid', window: 'P7D', value: '1.0' } }, true],
    ['a goal without an event', { goal: { window: 'P7D' } }, false],
    ['a step called exit', { steps: { exit: { kind: 'exit' } } }, false],
    ['a step called stay', { steps: { stay: { kind: 'exit' } } }, false],
    ['no start', { start: undefined }, false],
    ['a start called exit', { start: 'exit' }, false],
    ['the most step visits', { policy: { maxStepVisits: 100_000 } }, true],
    ['more step visits than that', { policy: { maxStepVisits: 100_001 } }, false],
    ['no step visits', { policy: { maxStepVisits: 0 } }, false],
  ])('with %s: %s', (_, over, valid) => {
    expect(isResource('journey', over)).toBe(valid);
  });
});

describe('a contact policy', () => {
  const windows = [{ days: ['mon'], from: '21:00', to: '08:00' }];

  it('has quiet hours in the customer’s zone, that send when the zone is missing and queue for a day (R29)', () => {
    expect(parsed('contact-policy', { quietHours: { windows } })).toMatchObject({
      quietHours: { zone: 'customer', onMissingZone: 'send', windows, onClosed: { queue: 'P1D' } },
    });
  });

  it.each<[string, object, boolean]>([
    ['quiet hours that drop', { quietHours: { windows, onClosed: 'drop', onMissingZone: 'drop' } }, true],
    ['a zone to fall back on', { quietHours: { windows, onMissingZone: { fixed: 'Europe/Paris' } } }, true],
    ['quiet hours without a window', { quietHours: { windows: [] } }, false],
    ['a window of no day', { quietHours: { windows: [{ ...windows[0], days: [] }] } }, false],
    ['a window of no time', { quietHours: { windows: [{ ...windows[0], to: '24:00' }] } }, false],
    ['a queue without an end', { quietHours: { windows, onClosed: 'queue' } }, false],
  ])('with %s: %s', (_, over, valid) => {
    expect(isResource('contact-policy', over)).toBe(valid);
  });

  const cap = (over: object): object => ({
    caps: [{ id: 'c', scope: 'global', limit: 3, window: { rolling: 'P7D' }, ...over }],
  });

  it('has caps, by calendar in the customer’s zone (R34)', () => {
    expect(parsed('contact-policy', cap({ window: { calendar: 'week' } }))).toMatchObject(
      cap({ window: { calendar: 'week', zone: 'customer' } }),
    );
  });

  it.each<[object, boolean]>([
    [{ scope: { channel: 'mail' } }, true],
    [{ scope: { category: 'news' } }, true],
    [{ scope: { journey: 'welcome' } }, true],
    [{ scope: { channel: 'mail', category: 'news' } }, false],
    [{ scope: 'everything' }, false],
    [{ limit: 0 }, true],
    [{ limit: -1 }, false],
    [{ limit: 1.5 }, false],
    [{ window: { calendar: 'day', zone: 'Europe/Paris' } }, true],
    [{ window: { calendar: 'year' } }, false],
    [{ window: { rolling: 'P7D', calendar: 'day' } }, false],
    [{ window: {} }, false],
  ])('a cap with %j: %j', (over, valid) => {
    expect(isResource('contact-policy', cap(over))).toBe(valid);
  });
});

describe('an offer and a channel', () => {
  it.each<[ResourceKind, object, boolean]>([
    ['offer', { strategy: 'push' }, false],
    ['offer', { channels: [] }, false],
    ['offer', { lever: 0 }, true],
    ['offer', { lever: -1 }, false],
    ['offer', { value: -5 }, true],
    ['offer', { prior: { accepts: 0, declines: 1 } }, false],
    ['offer', { automate: { undo: 'PT10M', maxValue: 0 } }, true],
    ['offer', { automate: { maxValue: 10 } }, false],
    ['offer', { valid: { from: '2026-05-04T00:00:00Z' } }, true],
    ['offer', { valid: { to: '2026-05-04' } }, false],
    ['offer', { limits: { perCustomer: { limit: 0, window: 'P1D' } } }, false],
    ['channel', { type: 'pigeon' }, false],
    ['channel', { retry: { attempts: 1 } }, true],
    ['channel', { retry: { attempts: 0 } }, false],
    ['channel', { retry: { attempts: 51 } }, false],
    ['channel', { timeout: '10s' }, false],
    ['event', { name: '' }, false],
    ['event', { onViolation: 'drop' }, false],
  ])('%s with %j: %j', (kind, over, valid) => {
    expect(isResource(kind, over)).toBe(valid);
  });

  it('fills in a retry that says only part of it: the first try is one (R41)', () => {
    expect(parsed('channel', { retry: { attempts: 3 } })).toMatchObject({
      retry: { attempts: 3, base: 'PT1S', max: 'PT10M' },
    });
  });
});
