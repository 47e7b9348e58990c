/**
 * Entry ledgers of people who were several (R61). Entries are counted by the id that they were made under: such a count only ever
 * rises, so whatever comes twice, or late, or back, adds up to the same.
 */
import type { CustomerId } from '@waymark/contracts';
import { newestOrdinal, type EntryLedger } from '@waymark/journey-engine';

type Counts = Readonly<Record<string, number>>;

const NOBODY: Counts = {};

/** How many of the entries are her own. */
function ownEntries({ entries, others = NOBODY }: EntryLedger): number {
  return entries - sumOf(others);
}

/** A ledger that goes over, with the entries of everybody by name and the instances that go with it. */
export function ledgerToGive(ledger: EntryLedger, from: CustomerId, active: number): EntryLedger {
  const { away: _, ...given } = ledger;
  return { ...given, active, others: { ...ledger.others, [from]: ownEntries(ledger) } };
}

/** What is left with the customer who is given up: should she come back, she waits for what was active. */
export function ledgerLeft(ledger: EntryLedger): EntryLedger {
  return { ...ledger, active: 0, away: (ledger.away ?? 0) + ledger.active };
}

/** The ledger of the one she is: a `never` entry of either counts, the later moments count. */
export function ledgerWith(
  hers: EntryLedger,
  given: EntryLedger,
  of: { heir: CustomerId; from: CustomerId },
): EntryLedger {
  return withNewest(
    {
      ...hers,
      ...entriesOf(hers, given, of),
      active: hers.active + given.active,
      ...moments(later(hers.lastEntryAt, given.lastEntryAt), later(hers.lastExitAt, given.lastExitAt)),
    },
    newestOrdinal(hers) + newestOrdinal(given),
  );
}

/** The ledger of one who has parted again and gets back what was hers: whatever had ended meanwhile ended there. */
export function ledgerBack(
  hers: EntryLedger,
  given: EntryLedger,
  of: { heir: CustomerId; from: CustomerId },
): EntryLedger {
  const { away = 0, ...mine } = hers;
  const exitAt = away > given.active ? later(hers.lastExitAt, given.lastExitAt) : hers.lastExitAt;
  const back = { ...mine, ...entriesOf(hers, given, of), active: hers.active + given.active };
  return withNewest({ ...back, ...moments(hers.lastEntryAt, exitAt) }, newestOrdinal(hers));
}

/** Takes out of a ledger what those made who part; nothing if they have made nothing. */
export function ledgerOf(
  ids: ReadonlySet<string>,
  { others = NOBODY, lastExitAt }: EntryLedger,
  active: number,
): EntryLedger {
  const theirs = Object.fromEntries(Object.entries(others).filter(([id]) => ids.has(id)));
  return { entries: sumOf(theirs), active, others: theirs, ...moments(undefined, lastExitAt) };
}

/** What is left of a ledger without those who part; her ordinals go on from where they are. */
export function ledgerWithout(ids: ReadonlySet<string>, ledger: EntryLedger, active: number): EntryLedger {
  const left = Object.fromEntries(Object.entries(ledger.others ?? NOBODY).filter(([id]) => !ids.has(id)));
  const { others: _, ...rest } = ledger;
  const entries = ownEntries(ledger) + sumOf(left);
  const without = { ...rest, entries, active: Math.max(0, ledger.active - active), ...named(left) };
  return withNewest(without, newestOrdinal(ledger));
}

/** Gives an ordinal that nobody has had. */
export function withNextOrdinal(ledger: EntryLedger): EntryLedger {
  return withNewest(ledger, newestOrdinal(ledger) + 1);
}

function entriesOf(
  hers: EntryLedger,
  given: EntryLedger,
  { heir, from }: { heir: CustomerId; from: CustomerId },
): Pick<EntryLedger, 'entries' | 'others'> {
  let own = ownEntries(hers);
  const others: Record<string, number> = { ...hers.others };
  // What a version put down that knew no names is the giver's.
  const unnamed = given.entries - sumOf(given.others ?? NOBODY);
  const counts = unnamed > 0 ? { ...given.others, [from]: (given.others?.[from] ?? 0) + unnamed } : given.others;
  for (const [id, count] of Object.entries(counts ?? NOBODY)) {
    if (id === heir) own = Math.max(own, count);
    else others[id] = Math.max(others[id] ?? 0, count);
  }
  return { entries: own + sumOf(others), ...named(others) };
}

function named(others: Record<string, number>): Pick<EntryLedger, 'others'> {
  return Object.keys(others).length === 0 ? {} : { others };
}

function withNewest({ ordinal: _, ...ledger }: EntryLedger, newest: number): EntryLedger {
  return newest === ledger.entries ? ledger : { ...ledger, ordinal: newest };
}

function moments(lastEntryAt: string | undefined, lastExitAt: string | undefined): Partial<EntryLedger> {
  return { ...(lastEntryAt !== undefined && { lastEntryAt }), ...(lastExitAt !== undefined && { lastExitAt }) };
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
