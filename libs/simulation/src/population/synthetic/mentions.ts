import type { Journey, Offer, Resource } from '@waymark/contracts';

/** What conditions compare a property or a trait with. */
export interface Mention {
  numbers: number[];
  strings: string[];
}

/** What the conditions of a workspace say of events and customers, as far as it can be read without running them. */
export interface Mentions {
  /** Property names by event. */
  properties: ReadonlyMap<string, ReadonlySet<string>>;
  traits: ReadonlySet<string>;
  /** Literals by the name of the property or trait they are compared with. */
  literals: ReadonlyMap<string, Mention>;
}

const NAME = String.raw`(?:\.([A-Za-z_]\w*)|\["([^"]+)"\])`;
const OF_EVENT = new RegExp(String.raw`\bevent\.properties${NAME}`, 'g');
const OF_ENTRY = new RegExp(String.raw`\bentry\.properties${NAME}`, 'g');
const OF_CUSTOMER = new RegExp(String.raw`\bcustomer\.traits${NAME}`, 'g');
const COMPARED = new RegExp(
  String.raw`\b(?:event\.properties|entry\.properties|customer\.traits)${NAME}\s*(?:==|!=|>=|<=|>|<)\s*(?:"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?))`,
  'g',
);

/** Reads the conditions of journeys and offers. */
export function mentionsOf(resources: readonly Resource[]): Mentions {
  const properties = new Map<string, Set<string>>();
  const traits = new Set<string>();
  const literals = new Map<string, Mention>();
  for (const resource of resources) {
    if (resource.kind !== 'journey' && resource.kind !== 'offer') continue;
    for (const { event, text } of textsOf(resource)) {
      if (event !== undefined) addAll(properties, event, namesIn(text, OF_EVENT));
      if (resource.kind === 'journey' && resource.entry.event !== undefined)
        addAll(properties, resource.entry.event, namesIn(text, OF_ENTRY));
      for (const name of namesIn(text, OF_CUSTOMER)) traits.add(name);
      addLiterals(literals, text);
    }
  }
  return { properties, traits, literals };
}

/** Every string of a resource, with the event that the object around it names. */
function textsOf(resource: Journey | Offer): { event?: string; text: string }[] {
  const found: { event?: string; text: string }[] = [];
  const walk = (value: unknown, event: string | undefined): void => {
    if (typeof value === 'string') found.push(event === undefined ? { text: value } : { event, text: value });
    else if (Array.isArray(value)) for (const item of value) walk(item, event);
    else if (typeof value === 'object' && value !== null) {
      const named = 'event' in value && typeof value.event === 'string' ? value.event : undefined;
      for (const item of Object.values(value)) walk(item, named);
    }
  };
  walk(resource, undefined);
  return found;
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2])!);
}

function addAll(to: Map<string, Set<string>>, event: string, names: readonly string[]): void {
  const known = to.get(event) ?? new Set();
  for (const name of names) known.add(name);
  to.set(event, known);
}

function addLiterals(to: Map<string, Mention>, text: string): void {
  for (const match of text.matchAll(COMPARED)) {
    const name = (match[1] ?? match[2])!;
    const mention = to.get(name) ?? { numbers: [], strings: [] };
    const string = match[3] ?? match[4];
    if (string !== undefined) mention.strings.push(string);
    else mention.numbers.push(Number(match[5]));
    to.set(name, mention);
  }
}
