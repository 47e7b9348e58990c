import { OWN_EVENTS, outlineOf, type Journey } from '@waymark/contracts';

/** What may happen to somebody who begins a journey: its entry event, then others that the journey listens to. */
export interface StoryLine {
  journey: string;
  event: string;
  then: { event: string; chance: number }[];
}

const AWAITED = 0.35;
const GOAL = 0.3;
const EXIT = 0.1;
const COUNTED = 0.35;
/** What conditions ask of the past: `customer.counters["Product Viewed"]`, as it stands in JSON. */
const PAST = /customer\.(?:counters|lastSeen)\[\\?["']([^"'\\]+)\\?["']\]/g;
const OWN: ReadonlySet<string> = new Set(Object.values(OWN_EVENTS));

/** A story line for each journey that an event from outside begins. What the platform itself tells is left to it. */
export function storyLines(journeys: readonly Journey[]): StoryLine[] {
  const byId = new Map(journeys.map((journey) => [journey.id, journey]));
  return journeys.flatMap((journey) => {
    const { event } = journey.entry;
    if (event === undefined || OWN.has(event)) return [];
    const chances = new Map<string, number>();
    for (const each of withCalled(journey, byId)) addListening(each, chances);
    const then = [...chances].map(([name, chance]) => ({ event: name, chance }));
    return [{ journey: journey.id, event, then: then.filter((each) => !OWN.has(each.event)) }];
  });
}

/** A journey and those that it calls, however far. */
export function withCalled(journey: Journey, byId: ReadonlyMap<string, Journey>): Set<Journey> {
  const found = new Set([journey]);
  for (const { steps } of found) {
    const calls = Object.values(steps).flatMap((step) => outlineOf(step).calls ?? []);
    for (const called of calls.flatMap(({ name }) => byId.get(name) ?? [])) found.add(called);
  }
  return found;
}

/** The likeliest of an event's parts in a journey counts. */
function addListening(journey: Journey, chances: Map<string, number>): void {
  const { steps, goal, exits } = journey;
  const add = (event: string, chance: number): void => {
    chances.set(event, Math.max(chance, chances.get(event) ?? 0));
  };
  for (const step of Object.values(steps)) for (const event of outlineOf(step).awaits ?? []) add(event, AWAITED);
  for (const [, event] of JSON.stringify(journey).matchAll(PAST)) add(event!, COUNTED);
  if (goal) add(goal.event, GOAL);
  for (const exit of exits) if ('event' in exit) add(exit.event, EXIT);
}
