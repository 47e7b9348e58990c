import type { CustomerEvent, CustomerId, InstanceId } from '@waymark/contracts';
import type { EntryLedger, Instance } from '@waymark/journey-engine';
import type { EntryKey, HistoryEntry, JourneyChanges, JourneyCount } from '../journey/journey-store.js';

export const ADA = 'ada' as CustomerId;
export const BOB = 'bob' as CustomerId;
export const EVE = 'eve' as CustomerId;
export const SEEN = {
  name: 'Cart Updated',
  properties: { total: 1, note: 'Zoë\u0000' },
  messageId: 'm1',
  timestamp: '2026-05-04T08:00:00.000Z',
};

export const KNOCK = {
  ...SEEN,
  schemaVersion: 1,
  type: 'track',
  source: 'shop',
  traits: {},
  receivedAt: SEEN.timestamp,
  contextVersion: 1,
} as unknown as CustomerEvent;

/** An active instance; its id names what the journey's database constraint is about (R1). */
export function instance(id: string, over: Partial<Instance> = {}): Instance {
  return {
    id: id as InstanceId,
    journeyId: 'cart',
    version: 'cart-1',
    customerId: ADA,
    correlationKey: id,
    ordinal: 1,
    status: 'active',
    step: 'wait',
    enteredAt: '2026-05-04T08:00:00.000Z',
    stepEnteredAt: '2026-05-04T08:00:00.000Z',
    visits: { wait: 1 },
    visitsTotal: 1,
    entry: SEEN,
    event: SEEN,
    steps: { wait: { at: '2026-05-04T08:00:00.000Z' } },
    timers: {},
    ...over,
  };
}

export function ended(id: string, over: Partial<Instance> = {}): Instance {
  return instance(id, { status: 'ended', endedAt: '2026-05-05T08:00:00.000Z', reason: 'finished', ...over });
}

export function ledger(
  customerId: CustomerId,
  over: Partial<EntryKey> = {},
  entries = 1,
): EntryKey & { ledger: EntryLedger } {
  const lastEntryAt = '2026-05-04T08:00:00.000Z';
  return { journeyId: 'cart', correlationKey: '', ...over, customerId, ledger: { entries, active: 1, lastEntryAt } };
}

export function entry(nth: number, over: Partial<HistoryEntry> = {}): HistoryEntry {
  const at = new Date(Date.UTC(2026, 4, 4) + nth).toISOString();
  return {
    at,
    journeyId: 'cart',
    version: 'cart-1',
    contextVersion: nth,
    trace: [{ at, what: 'ended', reason: 'Zoë\u0000', stepId: 's' }],
    ...over,
  };
}

export function count(what: JourneyCount['what'], key: string, by: Partial<JourneyCount> = {}): JourneyCount {
  return { journeyId: 'cart', version: 'cart-1', what, key, count: 1, value: 0, ...by };
}

export function changes(over: Partial<JourneyChanges>): JourneyChanges {
  return {
    instances: [],
    ledgers: [],
    assignments: [],
    history: [],
    notEligible: [],
    counts: [],
    variants: [],
    recent: [],
    places: [],
    entrants: { queued: [], gone: [] },
    removed: [],
    moves: { given: [], taken: [] },
    ...over,
  };
}

export const idsOf = (instances: readonly Instance[]): string[] => instances.map(({ id }) => id).sort();
