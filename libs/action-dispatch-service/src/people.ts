import type { CustomerId, EpochMs } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import { NEWEST, type ContextReader, type CountedContact, type DispatchStore } from '@waymark/ports';

/** The people of a batch, each under all the ids that she is or was known by (R61). */
export interface People {
  /** By every id: whoever was given up for another is that other. */
  contexts: Map<CustomerId, CustomerContext>;
  /** What counts under the caps of whom she is now. */
  contacts: CountedContact[];
}

/** A chain of ids given up one for another is followed so far. */
const MERGES_MAX = 10;

/**
 * Who customers are now, read from the profiles themselves. What was counted of those who turned out to be them counts too;
 * without any such a batch costs one read.
 */
export async function readPeople(
  customerIds: readonly CustomerId[],
  {
    contexts,
    store,
    counted,
    since,
  }: {
    contexts: ContextReader;
    store: Pick<DispatchStore, 'contacts'>;
    counted: readonly CountedContact[];
    since: EpochMs;
  },
): Promise<People> {
  const known = await readNewest(contexts, customerIds);
  for (let followed = 0; followed < MERGES_MAX; followed += 1) {
    const heirs = [...known.values()].flatMap(({ mergedInto }) => mergedInto ?? []).filter((id) => !known.has(id));
    if (heirs.length === 0) break;
    for (const [id, context] of await readNewest(contexts, heirs)) known.set(id, context);
  }
  const people = new Map([...known.keys()].map((id) => [id, personOf(id, known)]));
  const earlier = [...new Set([...people.values()].flatMap(({ mergedFrom = [] }) => mergedFrom))];
  const others = [...earlier, ...[...people.values()].map(({ id }) => id)].filter((id) => !customerIds.includes(id));
  const further = others.length === 0 ? [] : await store.contacts(others, since);
  const nowOf = new Map(
    [...people.values()].flatMap(({ id, mergedFrom = [] }) => mergedFrom.map((was) => [was, id] as const)),
  );
  const contacts = [...counted, ...further].map((contact) => ({
    ...contact,
    customerId: nowOf.get(contact.customerId) ?? contact.customerId,
  }));
  return { contexts: people, contacts };
}

function readNewest(contexts: ContextReader, ids: readonly CustomerId[]): Promise<Map<CustomerId, CustomerContext>> {
  return contexts.read(ids.map((customerId) => ({ customerId, minVersion: NEWEST })));
}

function personOf(id: CustomerId, known: ReadonlyMap<CustomerId, CustomerContext>): CustomerContext {
  let context = known.get(id)!;
  for (let followed = 0; followed < MERGES_MAX && context.mergedInto !== undefined; followed += 1)
    context = known.get(context.mergedInto) ?? { ...context, mergedInto: undefined };
  return context;
}
