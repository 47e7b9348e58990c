import { CONTEXT_BYTES_MAX, type CustomerContext } from './customer-context.js';

/** No UTF-16 unit of a text has more bytes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;
const DROPPED_NAMES_MAX = 20;
/** A name can be as long as an event; what is said of it is not. */
const DROPPED_NAME_CHARS_MAX = 100;

/**
 * Keeps a context within {@link CONTEXT_BYTES_MAX}: drops the older half of the contacts, then the event names seen
 * longest ago, then the largest traits, at last the other contacts, and says so in `dropped`. Who she is, what she
 * consents to, her agency and her journeys are never dropped. A context within bounds is returned as it is.
 */
export function boundContext(context: CustomerContext): CustomerContext {
  if (fits(context)) return context;
  const next = {
    ...context,
    counters: { ...context.counters },
    lastSeen: { ...context.lastSeen },
    traits: { ...context.traits },
  };
  for (const name of dropInOrder(next)) {
    next.dropped = withName(next.dropped, name.slice(0, DROPPED_NAME_CHARS_MAX));
    if (fits(next)) break;
  }
  return next;
}

/** Drops one thing after the other from a draft, the least important first, and yields the name of each. */
function* dropInOrder(draft: CustomerContext): Generator<string> {
  const { counters, lastSeen, traits } = draft;
  const older = Math.floor(draft.contacts.length / 2);
  if (older > 0) {
    draft.contacts = draft.contacts.slice(older);
    yield 'contacts';
  }
  for (const name of Object.keys(counters).sort((a, b) => compare(lastSeen[a] ?? '', lastSeen[b] ?? ''))) {
    delete counters[name];
    delete lastSeen[name];
    yield `counters.${name}`;
  }
  const size = (name: string): number => JSON.stringify(traits[name]).length;
  for (const name of Object.keys(traits).sort((a, b) => size(b) - size(a))) {
    delete traits[name];
    yield `traits.${name}`;
  }
  while (draft.contacts.length > 0) {
    draft.contacts = draft.contacts.slice(Math.ceil(draft.contacts.length / 2));
    yield 'contacts';
  }
}

function withName(names: readonly string[], name: string): string[] {
  return [...names.filter((each) => each !== name), name].slice(-DROPPED_NAMES_MAX);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fits(context: CustomerContext): boolean {
  const json = JSON.stringify(context);
  if (json.length > CONTEXT_BYTES_MAX) return false;
  return json.length * BYTES_PER_UNIT_MAX <= CONTEXT_BYTES_MAX || utf8Bytes(json) <= CONTEXT_BYTES_MAX;
}

function utf8Bytes(text: string): number {
  let total = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    total += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return total;
}
