import { customerIdSchema, type CustomerId, type EpochMs, type Json, type Scenario, type ScenarioEntry, type ScenarioExpect } from '@waymark/contracts';
import { addDuration, parseDuration } from '@waymark/customer-context';
import type { CheckWorkspace, WorkspaceFile } from '@waymark/ingestion-service';
import { applyInput, type InputContext } from './apply-input.js';
import { listMismatch } from './match-list.js';
import { observe, type ListName, type Observed } from './observe.js';
import { Ring } from './ring.js';
import { stateMismatches } from './states.js';

export interface ScenarioOptions {
  files: readonly WorkspaceFile[];
  check: CheckWorkspace;
  /** The text of a file that the scenario publishes later. */
  readFile: (path: string) => WorkspaceFile;
}

export interface ScenarioResult {
  passed: boolean;
  /** What was expected and what came, with the trace of why; empty when it passed. */
  message: string;
}

const LISTS: readonly ListName[] = ['sent', 'attempts', 'suppressed', 'refused', 'finished', 'conversions', 'rejected', 'events', 'deadLetters'];

/** Runs a scenario over a ring of its own. Rejects when it cannot be run, such as by a workspace that does not check. */
export async function runScenario(scenario: Scenario, options: ScenarioOptions): Promise<ScenarioResult> {
  const runner = new Runner(scenario, options);
  await runner.begin();
  const mismatches = await runner.play(scenario.timeline);
  if (mismatches.length === 0) mismatches.push(...(await runner.unnamedSends()));
  return { passed: mismatches.length === 0, message: mismatches.length === 0 ? '' : [...mismatches, ...(await runner.whyLines())].join('\n') };
}

class Runner {
  readonly #scenario: Scenario;
  readonly #options: ScenarioOptions;
  readonly #ring: Ring;
  readonly #rejected: Observed['rejected'] = [];
  /** How many items of each list have been expected already. */
  readonly #named = new Map<ListName, number>();
  #authorization = '';

  constructor(scenario: Scenario, options: ScenarioOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#ring = new Ring(Date.parse(scenario.start), options.check);
  }

  /** Applies the workspace and makes the customers known. */
  async begin(): Promise<void> {
    this.#authorization = await this.#ring.authorize();
    await this.#ring.ingestion.workspace.apply(this.#options.files, { dryRun: false });
    await this.#ring.settle();
    for (const [name, { traits = {}, consents = {}, agency = {} }] of Object.entries(this.#scenario.customers)) {
      await applyInput({ identify: { customer: name, traits } }, this.#context);
      await this.#ring.settle();
      for (const [channel, purposes] of Object.entries(consents)) {
        for (const [purpose, status] of Object.entries(purposes)) await applyInput({ consent: { customer: name, channel, purpose: purpose as 'marketing', status } }, this.#context);
      }
      for (const [category, level] of Object.entries(agency)) await applyInput({ agency: { customer: name, category, level } }, this.#context);
    }
    await this.#ring.settle();
    for (const list of LISTS) this.#named.set(list, (await this.#observe())[list].length);
  }

  /** Plays entries in order until one does not find what it expects. */
  async play(entries: readonly ScenarioEntry[]): Promise<string[]> {
    for (const [i, entry] of entries.entries()) {
      await this.#ring.advanceTo(this.#momentOf(entry));
      await applyInput(entry, this.#context);
      await this.#ring.settle();
      if (entry.repeat) {
        const mismatches = await this.#repeat(entry.repeat);
        if (mismatches.length > 0) return mismatches;
      }
      const mismatches = entry.expect ? await this.#mismatches(entry.expect) : [];
      if (mismatches.length > 0) return [`entry ${i + 1}, at ${new Date(this.#ring.clock.now()).toISOString()}:`, ...mismatches];
    }
    return [];
  }

  /** A scenario that ends with sends it never named fails, unless it says otherwise. */
  async unnamedSends(): Promise<string[]> {
    if (this.#scenario.allowUnexpected) return [];
    const unnamed = (await this.#observe()).sent.slice(this.#named.get('sent') ?? 0);
    return listMismatch('sent, and never named by the scenario', [], unnamed);
  }

  /** The timelines of the scenario's customers, as the trace of why. */
  async whyLines(): Promise<string[]> {
    const lines: string[] = [];
    for (const customer of Object.keys(this.#scenario.customers)) {
      lines.push(`why ${customer}:`);
      for (const { at, text, because } of await this.#ring.timelines.read(customer, { limit: 200 })) lines.push(`  ${at} ${text}`, ...because.map((line) => `      because ${line}`));
    }
    return lines;
  }

  #momentOf({ at, after }: ScenarioEntry): EpochMs {
    if (at !== undefined) return Date.parse(at);
    const now = this.#ring.clock.now();
    return after === undefined ? now : addDuration(now, parseDuration(after), 'UTC');
  }

  async #repeat({ times, every, as, do: entries }: NonNullable<ScenarioEntry['repeat']>): Promise<string[]> {
    for (let i = 0; i < times; i += 1) {
      if (i > 0) await this.#ring.advanceTo(addDuration(this.#ring.clock.now(), parseDuration(every), 'UTC'));
      const text = JSON.stringify(entries);
      const filled = as === undefined ? text : text.replaceAll(new RegExp(`\\{\\{\\s*${as}\\s*\\}\\}`, 'g'), String(i));
      const mismatches = await this.play(JSON.parse(filled) as ScenarioEntry[]);
      if (mismatches.length > 0) return mismatches;
    }
    return [];
  }

  async #mismatches(expected: ScenarioExpect): Promise<string[]> {
    const observed = await this.#observe();
    const found: string[] = [];
    for (const list of LISTS) {
      const since = observed[list].slice(this.#named.get(list) ?? 0);
      const count = expected.count?.[list];
      if (expected[list] === undefined && count === undefined) continue;
      if (expected[list] !== undefined) found.push(...listMismatch(list, expected[list] as Record<string, Json>[], since));
      if (count !== undefined && count !== since.length) found.push(`${list}: expected ${count} of them, came ${since.length}`);
      this.#named.set(list, observed[list].length);
    }
    return [...found, ...(await stateMismatches(this.#ring, expected, (name) => this.#customerOf(name)))];
  }

  get #context(): InputContext {
    return {
      ring: this.#ring,
      authorization: this.#authorization,
      rejected: this.#rejected,
      customerOf: (name) => this.#customerOf(name),
      withFile: (path) => this.#withFile(path),
    };
  }

  #withFile(path: string): readonly WorkspaceFile[] {
    const added = this.#options.readFile(path);
    const idOf = (text: string): string => `${/^kind:\s*(\S+)/m.exec(text)?.[1]} ${/^id:\s*(\S+)/m.exec(text)?.[1]}`;
    return [...this.#options.files.filter(({ text }) => idOf(text) !== idOf(added.text)), added];
  }

  /** A name the ring does not know yet is a userId that will be. */
  async #customerOf(name: string): Promise<CustomerId> {
    return this.#ring.ingestion.customers.resolve(name).catch(() => customerIdSchema.parse(name));
  }

  async #observe(): Promise<Observed> {
    const names = new Set([...Object.keys(this.#scenario.customers), ...namesIn(this.#scenario.timeline)]);
    const customers = await Promise.all([...names].map((name) => this.#customerOf(name)));
    return observe(this.#ring, [...new Set(customers)], this.#rejected);
  }
}

/** Every customer a timeline speaks of, those made by a `repeat` included. */
function namesIn(entries: readonly ScenarioEntry[]): string[] {
  return [...JSON.stringify(entries).matchAll(/"(?:customer|userId)":"([^"]+)"/g)].map((match) => match[1]!);
}
