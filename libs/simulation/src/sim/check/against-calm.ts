import type { ActionId, CustomerId } from '@waymark/contracts';
import type { Facts } from '../facts.js';
import type { Played } from '../play.js';

/** Own events, whose number depends on what became of messages, and who sends them. */
const EXTERNAL = [
  'Signed Up',
  'Browsed',
  'Order Placed',
  'Order Shipped',
  'Rang',
  'Answered',
  'Gone',
  'Consent Updated',
];

/**
 * What must be as in the run of the same inputs that nothing disturbed: which events were processed, what is counted of
 * them, and, for the journeys whose course depends on nothing that faults may delay, every run, its end, and its messages.
 * Other journeys test what is known at the moment (consent, caps, a race against a timeout); for them the rules alone hold.
 */
export function checkAgainstCalm(played: Played, calm: Played, certain: ReadonlySet<string>): string[] {
  return [
    ...compare('events from outside', external(calm.facts!), external(played.facts!)),
    ...compare('counters', counters(calm.facts!, certain), counters(played.facts!, certain)),
    ...compare('runs', runs(calm.facts!, certain), runs(played.facts!, certain)),
    ...compare('messages', messages(calm, certain), messages(played, certain)),
  ];
}

function external({ events }: Facts): string[] {
  return events
    .filter(({ event }) => event.source === 'simulation')
    .map(({ event: { messageId, name } }) => `${messageId} ${name}`);
}

/** Of customers known by their names: a visitor's are somebody else's until they are one. */
function counters({ contexts }: Facts, certain: ReadonlySet<string>): string[] {
  const names = [...EXTERNAL, ...(certain.has('welcome') ? ['Welcomes', 'Welcome Counted'] : [])];
  const sums = new Map<string, number>();
  for (const { id, counters: its } of contexts.values()) {
    const who = isVisitor(id) ? 'the visitor' : id;
    for (const name of isVisitor(id) ? EXTERNAL : names)
      if (its[name]) sums.set(`${who} ${name}`, (sums.get(`${who} ${name}`) ?? 0) + its[name]);
  }
  return [...sums].map(([key, sum]) => `${key}: ${sum}`);
}

/** When she is whom depends on the moment. */
function isVisitor(id: CustomerId): boolean {
  return /^(anon~|vera)/.test(id);
}

function runs({ instances }: Facts, certain: ReadonlySet<string>): string[] {
  return instances
    .filter(({ journeyId, customerId }) => certain.has(journeyId) && !isVisitor(customerId))
    .map((run) => `${run.customerId} in ${run.journeyId} ${run.correlationKey} ${run.ordinal}: ${run.reason}`);
}

/** A message is as good as sent when it is not known whether it was, and a fault is the reason. */
function messages({ facts, chronicle }: Played, certain: ReadonlySet<string>): string[] {
  const told = (id: ActionId, state: string): string =>
    state === 'unknown' && chronicle.doubtful.has(id) ? 'sent' : state;
  return [...facts!.deliveries.values()]
    .filter(({ action, customerId }) => certain.has(action.cause.journeyId ?? '') && !isVisitor(customerId))
    .map(({ actionId, customerId, state, action: { cause } }) =>
      [customerId, cause.journeyId, cause.stepId, cause.visit, told(actionId, state)].join(' '),
    );
}

function compare(what: string, expected: readonly string[], came: readonly string[]): string[] {
  const missing = without(expected, came);
  const surplus = without(came, expected);
  return [
    ...(missing.length > 0 ? [`${what} that an undisturbed run has, and this one not: ${missing.join('; ')}`] : []),
    ...(surplus.length > 0 ? [`${what} that an undisturbed run has not: ${surplus.join('; ')}`] : []),
  ];
}

/** The items of a list that another has not, each as often as it is missing. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
