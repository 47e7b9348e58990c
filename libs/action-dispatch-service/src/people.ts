import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { NEWEST, type ContextReader, type CountedContact, type DispatchStore } from '@waymark/ports';

/** The people of a batch, each under all the ids that she is or was known by (R61). */
export interface People {
  /** By every id: whoever was given up for another is that other. */
  contexts: Map<CustomerId, CustomerContext>;
  /** What counts under the caps of whom she is now. */
  contacts: CountedContact[];
  /** How often those had been claimed for who were several ids, when their contacts were counted. */
  claims: Map<CustomerId, number>;
}

/** A chain of ids given up one for another is followed so far. */
const MERGES_MAX = 10;

/**
 * Who customers are now, read from the profiles themselves. What was counted of those who turned out to be them counts too;
 * where nobody was several, a batch costs one read.
 */
export async function readPeople(
  customerIds: readonly CustomerId[],
  of: {
    contexts: ContextReader;
    store: Pick<DispatchStore, 'contacts' | 'personClaims'>;
    counted: readonly CountedContact[];
    since: EpochMs;
  },
): Promise<People> {
  const contexts = await readContexts(customerIds, of.contexts);
  const several = [...contexts.values()].filter(({ mergedFrom = [] }) => mergedFrom.length > 0);
  if (several.length === 0) return { contexts, contacts: [...of.counted], claims: new Map() };
  const nowOf = new Map(
    several.flatMap(({ id, mergedFrom = [] }) => [id, ...mergedFrom].map((was) => [was, id] as const)),
  );
  const people = [...new Set(nowOf.values())];
  const claimed = await of.store.personClaims(people);
  const theirs = await of.store.contacts([...nowOf.keys()], of.since);
  const others = of.counted.filter(({ customerId }) => !nowOf.has(customerId));
  return {
    contexts,
    contacts: [...others, ...theirs.map((contact) => ({ ...contact, customerId: nowOf.get(contact.customerId)! }))],
    claims: new Map(people.map((id) => [id, claimed.get(id) ?? 0])),
  };
}

async function readContexts(
  customerIds: readonly CustomerId[],
  reader: ContextReader,
): Promise<Map<CustomerId, CustomerContext>> {
  const known = await readNewest(reader, customerIds);
  for (let followed = 0; followed < MERGES_MAX; followed += 1) {
    const heirs = [...known.values()].flatMap(({ mergedInto }) => mergedInto ?? []).filter((id) => !known.has(id));
    if (heirs.length === 0) break;
    for (const [id, context] of await readNewest(reader, heirs)) known.set(id, context);
  }
  return new Map([...known.keys()].map((id) => [id, personOf(id, known)]));
}

function readNewest(reader: ContextReader, ids: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>> {
  return reader.read(ids.map((customerId) => ({ customerId, minVersion: NEWEST })));
}

function personOf(id: CustomerId, known: ReadonlyMap<CustomerId, CustomerContext>): CustomerContext {
  let context = known.get(id)!;
  for (let followed = 0; followed < MERGES_MAX && context.mergedInto !== undefined; followed += 1) {
    const heir = known.get(context.mergedInto);
    if (!heir) break;
    context = heir;
  }
  return context;
}
