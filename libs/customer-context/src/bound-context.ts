import { CONTEXT_BYTES_MAX, type CustomerContext } from './customer-context.js';

/** Below this many characters no context can exceed its bytes, whatever the characters are. */
const SURELY_SMALL = CONTEXT_BYTES_MAX / 3;
const DROPPED_NAMES_MAX = 20;

/**
 * Keeps a context within {@link CONTEXT_BYTES_MAX}: drops the oldest contacts, then the event names seen longest ago,
 * then the largest traits, and says so in `dropped`. A context within bounds is returned as it is.
 */
export function boundContext(context: CustomerContext): CustomerContext {
  if (isSmall(context) || bytes(context) <= CONTEXT_BYTES_MAX) return context;
  const next = {
    ...context,
    counters: { ...context.counters },
    lastSeen: { ...context.lastSeen },
    traits: { ...context.traits },
  };
  const dropped = new Set(context.dropped);
  if (next.contacts.length > 0) {
    next.contacts = next.contacts.slice(-Math.ceil(next.contacts.length / 2));
    dropped.add('contacts');
  }
  for (const name of Object.keys(next.counters).sort((a, b) =>
    (next.lastSeen[a] ?? '') < (next.lastSeen[b] ?? '') ? -1 : 1,
  )) {
    if (bytes(next) <= CONTEXT_BYTES_MAX) break;
    delete next.counters[name];
    delete next.lastSeen[name];
    dropped.add(`counters.${name}`);
  }
  for (const name of Object.keys(next.traits).sort((a, b) => bytes(next.traits[b]) - bytes(next.traits[a]))) {
    if (bytes(next) <= CONTEXT_BYTES_MAX) break;
    delete next.traits[name];
    dropped.add(`traits.${name}`);
  }
  next.dropped = [...dropped].slice(-DROPPED_NAMES_MAX);
  return next;
}

/** A cheap upper bound that spares nearly every context the exact count. */
function isSmall(context: CustomerContext): boolean {
  const entries =
    Object.keys(context.counters).length * 2 + context.contacts.length * 2 + Object.keys(context.journeys).length;
  return (
    entries < 60 && Object.keys(context.traits).length < 30 && JSON.stringify(context.traits).length * 3 < SURELY_SMALL
  );
}

/** UTF-8 bytes of a value's JSON. */
function bytes(value: unknown): number {
  let total = 0;
  for (const character of JSON.stringify(value)) {
    const code = character.codePointAt(0)!;
    total += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return total;
}
