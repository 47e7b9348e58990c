import {
  asksConsent,
  OWN_EVENTS,
  STRATEGIES,
  type Channel,
  type EpochMs,
  type Journey,
  type JsonObject,
  type Resource,
} from '@waymark/contracts';
import { Random } from '../../sim/random.js';
import { MinHeap } from '../min-heap.js';
import { mentionsOf, type Mentions } from './mentions.js';
import { sampleObject, type Sampling } from './sample-value.js';
import { storyLines, type StoryLine } from './story-lines.js';

export interface SyntheticOptions {
  resources: readonly Resource[];
  seed: number;
  customers: number;
  days: number;
  /** Whoever there is, is known from an hour before; what she does comes after. */
  start: EpochMs;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Days between the beginnings of two of a customer's stories, on average. */
const GAP_DAYS = 2;
/** What follows in a story comes within so many minutes: most of it soon. */
const THEN_MINUTES_MAX = 10 * 24 * 60;
const GRANTED = 0.85;
const DENIED = 0.05;
const HAS_AGENCY = 0.25;
/** Share of a day's beginnings by hour, UTC. */
const RHYTHM = [1, 1, 0, 0, 0, 1, 3, 6, 8, 7, 6, 5, 6, 6, 5, 4, 4, 5, 7, 8, 9, 8, 5, 2];
const RHYTHM_TOTAL = RHYTHM.reduce((sum, share) => sum + share, 0);

/** What is still to come: the next beginning of a customer's story, or an event of one that has begun. */
type Coming = { type: 'begins'; person: Person } | { type: 'event'; person: Person; event: string; story: number };

/** A population in the order of time: who they are, then what they do. The same for the same options, and no more held than one or a few things to come of each customer. */
export function* syntheticCalls(options: SyntheticOptions): Generator<JsonObject> {
  const made = new Making(options);
  for (let i = 0; i < options.customers; i += 1) yield* made.introduce(i);
  yield* made.lives();
}

class Person {
  readonly id: string;
  readonly random: Random;
  calls = 0;
  stories = 0;

  constructor(index: number, seed: number) {
    this.id = `s${String(index + 1).padStart(6, '0')}`;
    this.random = new Random(`${seed}/${this.id}`);
  }
}

class Making {
  readonly #options: SyntheticOptions;
  readonly #mentions: Mentions;
  readonly #lines: readonly StoryLine[];
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  readonly #traits: JsonObject;
  readonly #asking: readonly Channel[];
  readonly #hasOffers: boolean;
  readonly #coming = new MinHeap<Coming>();
  readonly #end: EpochMs;

  constructor(options: SyntheticOptions) {
    const { resources } = options;
    this.#options = options;
    this.#mentions = mentionsOf(resources);
    this.#lines = storyLines(resources.filter((resource): resource is Journey => resource.kind === 'journey'));
    const events = resources.flatMap((each) => (each.kind === 'event' ? [each] : []));
    this.#schemas = new Map(events.map(({ name, properties }) => [name, properties]));
    const channels = resources.flatMap((each) => (each.kind === 'channel' ? [each] : []));
    this.#asking = channels.filter(asksConsent);
    this.#hasOffers = resources.some(({ kind }) => kind === 'offer');
    const profile = resources.find((each) => each.kind === 'profile');
    this.#traits = profile?.traits ?? this.#schemaOf([...this.#mentions.traits, 'firstName', 'timezone']);
    this.#end = options.start + options.days * DAY_MS;
  }

  *introduce(index: number): Generator<JsonObject> {
    const { start, seed } = this.#options;
    const person = new Person(index, seed);
    const at = start - HOUR_MS;
    const traits = {
      email: `${person.id}@example.com`,
      ...sampleObject(this.#traits, this.#sampling(person, person.id, at)),
    };
    yield this.#call(person, at, { type: 'identify', traits });
    for (const { id: channel } of this.#asking) {
      const drawn = person.random.unit();
      if (drawn >= GRANTED + DENIED) continue;
      const status = drawn < GRANTED ? 'granted' : 'denied';
      yield this.#track(person, at, OWN_EVENTS.consentUpdated, { channel, purpose: 'marketing', status });
    }
    if (this.#hasOffers && person.random.chance(HAS_AGENCY))
      yield this.#track(person, at, OWN_EVENTS.agencyUpdated, {
        category: '*',
        level: person.random.pick(STRATEGIES),
        source: 'simulation',
      });
    if (this.#lines.length > 0) this.#begin(person, person.random.between(0, 2 * GAP_DAYS - 1));
  }

  *lives(): Generator<JsonObject> {
    for (let next = this.#coming.pop(); next; next = this.#coming.pop()) {
      const { at, value } = next;
      if (value.type === 'event') yield this.#event(value, at);
      else yield* this.#story(value.person, at);
    }
  }

  *#story(person: Person, at: EpochMs): Generator<JsonObject> {
    const line = person.random.pick(this.#lines);
    const story = (person.stories += 1);
    yield this.#event({ person, event: line.event, story }, at);
    for (const { event, chance } of line.then) {
      if (!person.random.chance(chance)) continue;
      const minutes = THEN_MINUTES_MAX ** person.random.unit();
      this.#come(at + Math.round(minutes * MINUTE_MS), { type: 'event', person, event, story });
    }
    const day = Math.floor((at - this.#options.start) / DAY_MS);
    this.#begin(person, day + 1 + Math.floor(-Math.log(1 - person.random.unit()) * (GAP_DAYS - 1)));
  }

  #begin(person: Person, day: number): void {
    let left = person.random.unit() * RHYTHM_TOTAL;
    const hour = RHYTHM.findIndex((share) => (left -= share) < 0);
    const at = this.#options.start + day * DAY_MS + hour * HOUR_MS + person.random.between(0, HOUR_MS - 1);
    this.#come(at, { type: 'begins', person });
  }

  #come(at: EpochMs, coming: Coming): void {
    if (at < this.#end) this.#coming.push(at, coming);
  }

  #event({ person, event, story }: { person: Person; event: string; story: number }, at: EpochMs): JsonObject {
    const schema = this.#schemas.get(event) ?? this.#schemaOf([...(this.#mentions.properties.get(event) ?? [])]);
    const properties = sampleObject(schema, this.#sampling(person, `${person.id}-${story}`, at));
    if (event === 'Page Viewed') return this.#call(person, at, { type: 'page', properties });
    if (event === 'Screen Viewed') return this.#call(person, at, { type: 'screen', properties });
    if (event === 'Identify') return this.#call(person, at, { type: 'identify', traits: {} });
    return this.#track(person, at, event, properties);
  }

  #track(person: Person, at: EpochMs, event: string, properties: JsonObject): JsonObject {
    return this.#call(person, at, { type: 'track', event, properties });
  }

  #call(person: Person, at: EpochMs, call: JsonObject): JsonObject {
    const messageId = `${person.id}-${(person.calls += 1)}`;
    return { ...call, messageId, userId: person.id, timestamp: new Date(at).toISOString() };
  }

  #sampling({ random }: Person, token: string, at: EpochMs): Sampling {
    return { random, token, literals: this.#mentions.literals, at: new Date(at).toISOString() };
  }

  /** What is known of properties that no schema describes: their names, all of them needed. */
  #schemaOf(names: readonly string[]): JsonObject {
    return { type: 'object', required: [...new Set(names)] };
  }
}
