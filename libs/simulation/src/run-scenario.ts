import {
  customerIdSchema,
  failureKind,
  type CustomerId,
  type EpochMs,
  type Scenario,
  type ScenarioEntry,
  type ScenarioExpect,
} from '@waymark/contracts';
import { addDuration, parseDuration } from '@waymark/customer-context';
import type { CheckWorkspace, WorkspaceFile } from '@waymark/ingestion-service';
import { parseFiles } from '@waymark/workspace';
import { applyInput, type InputContext } from './apply-input.js';
import { listMismatch } from './match-list.js';
import { NamedItems } from './named-items.js';
import { customersOf, observe, violationsOf, type ListName, type Observed } from './observe.js';
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

const LISTS: readonly ListName[] = [
  'sent',
  'attempts',
  'suppressed',
  'refused',
  'finished',
  'exposures',
  'conversions',
  'rejected',
  'events',
  'deadLetters',
];

/** Runs a scenario over a ring of its own. Rejects when it cannot be run, such as by a workspace that does not check. */
export async function runScenario(scenario: Scenario, options: ScenarioOptions): Promise<ScenarioResult> {
  const runner = new Runner(scenario, options);
  await runner.begin();
  const mismatches = await runner.play(scenario.timeline);
  if (mismatches.length === 0) mismatches.push(...(await runner.unnamedSends()));
  if (mismatches.length === 0) return { passed: true, message: '' };
  return { passed: false, message: [...mismatches, ...(await runner.whyLines(mismatches))].join('\n') };
}

/** How much of the timelines is told with a failure. */
const WHY_CUSTOMERS_MAX = 3;
const WHY_ENTRIES_MAX = 100;

class Runner {
  readonly #scenario: Scenario;
  readonly #options: ScenarioOptions;
  readonly #ring: Ring;
  readonly #rejected: Observed['rejected'] = [];
  readonly #named = new NamedItems<ListName>();
  /** The workspace as it was applied last. */
  #files: readonly WorkspaceFile[];
  #authorization = '';

  constructor(scenario: Scenario, options: ScenarioOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#files = options.files;
    this.#ring = new Ring(Date.parse(scenario.start), options.check);
  }

  /**
   * Makes the customers known, then the segments, then applies the whole workspace: what was known before, and who was in a
   * segment before, starts no journey.
   */
  async begin(): Promise<void> {
    this.#authorization = await this.#ring.authorize();
    for (const [name, { traits = {}, consents = {}, agency = {} }] of Object.entries(this.#scenario.customers)) {
      await applyInput({ identify: { customer: name, traits } }, this.#context);
      await this.#ring.settle();
      for (const [channel, purposes] of Object.entries(consents)) {
        for (const [purpose, status] of Object.entries(purposes))
          await applyInput(
            { consent: { customer: name, channel, purpose: purpose as 'marketing', status } },
            this.#context,
          );
      }
      for (const [category, level] of Object.entries(agency))
        await applyInput({ agency: { customer: name, category, level } }, this.#context);
    }
    await this.#ring.settle();
    const segments = segmentFiles(this.#files);
    if (segments.length > 0) await this.#apply(segments);
    await this.#apply(this.#files);
    const before = await this.#observe();
    for (const list of LISTS) this.#named.name(list, before[list]);
  }

  async #apply(files: readonly WorkspaceFile[]): Promise<void> {
    await this.#ring.ingestion.workspace.apply(files, { dryRun: false });
    await this.#ring.settle();
  }

  /** Plays entries in order until one does not find what it expects; returns the lines that say so. */
  async play(entries: readonly ScenarioEntry[]): Promise<string[]> {
    for (const [i, entry] of entries.entries()) {
      const found = await this.#playOne(entry);
      if (found.length > 0) return [`entry ${i + 1}, at ${new Date(this.#ring.clock.now()).toISOString()}:`, ...found];
    }
    return [];
  }

  async #playOne(entry: ScenarioEntry): Promise<string[]> {
    const moment = this.#momentOf(entry);
    if (moment < this.#ring.clock.now())
      return [`"at: ${entry.at}" is before the entry above it; entries are in the order of time`];
    await this.#ring.advanceTo(moment);
    try {
      await applyInput(entry, this.#context);
    } catch (error) {
      if (failureKind(error) === 'defect') throw error;
      return [`its input was refused: ${(error as Error).message}`];
    }
    await this.#ring.settle();
    const found = entry.repeat ? await this.#repeat(entry.repeat) : [];
    if (found.length > 0 || !entry.expect) return found;
    return this.#mismatches(entry.expect);
  }

  /** A scenario that ends with sends it never named fails, unless it says otherwise. */
  async unnamedSends(): Promise<string[]> {
    if (this.#scenario.allowUnexpected) return [];
    const unnamed = this.#named.unnamed('sent', (await this.#observe()).sent);
    return listMismatch('sent, and never named by the scenario', [], unnamed);
  }

  /** The timelines of the customers that the mismatches speak of, or else of all, as the trace of why. */
  async whyLines(mismatches: readonly string[]): Promise<string[]> {
    const known = await this.#customers();
    const concerned = known.filter((customer) => mismatches.some((line) => line.includes(customer)));
    const lines: string[] = [];
    for (const customer of (concerned.length > 0 ? concerned : known).slice(0, WHY_CUSTOMERS_MAX)) {
      lines.push(`why ${customer}:`);
      for (const { at, text, because } of await this.#ring.timelines.read(customer, { limit: WHY_ENTRIES_MAX }))
        lines.push(`  ${at} ${text}`, ...because.map((line) => `      because ${line}`));
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
      const since = this.#named.unnamed(list, observed[list]);
      const count = expected.count?.[list];
      if (expected[list] === undefined && count === undefined) continue;
      if (expected[list] !== undefined) found.push(...listMismatch(list, expected[list], since));
      if (count !== undefined && count !== since.length)
        found.push(`${list}: expected ${count} of them, came ${since.length}`);
      this.#named.name(list, observed[list]);
    }
    found.push(...(await this.#totals(expected)));
    return [...found, ...(await stateMismatches(this.#ring, expected, (name) => this.#customerOf(name)))];
  }

  /** What is only counted, from the beginning. */
  async #totals(expected: ScenarioExpect): Promise<string[]> {
    const came = {
      violations: await violationsOf(this.#ring, await this.#customers()),
      mismatches: await this.#ring.ingestion.customers.mismatches(),
    };
    return (['violations', 'mismatches'] as const).flatMap((name) => {
      const wanted = expected[name] ?? expected.count?.[name];
      return wanted === undefined || wanted === came[name] ? [] : [`${name}: expected ${wanted}, came ${came[name]}`];
    });
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

  /** A published file takes the place of the one with the same resource. */
  #withFile(path: string): readonly WorkspaceFile[] {
    const added = this.#options.readFile(path);
    const located = parseFiles([...this.#files, added]).resources.map(({ resource, document }) => ({
      name: `${resource.kind}/${resource.id}`,
      file: document.file,
    }));
    const names = new Set(located.filter(({ file }) => file === added.path).map(({ name }) => name));
    const replaced = new Set([added.path, ...located.filter(({ name }) => names.has(name)).map(({ file }) => file)]);
    this.#files = [...this.#files.filter((file) => !replaced.has(file.path)), added];
    return this.#files;
  }

  /** A name the ring does not know yet is a userId that will be. */
  async #customerOf(name: string): Promise<CustomerId> {
    return this.#ring.ingestion.customers.resolve(name).catch(() => customerIdSchema.parse(name));
  }

  async #observe(): Promise<Observed> {
    return observe(this.#ring, await this.#customers(), this.#rejected);
  }

  #customers(): Promise<CustomerId[]> {
    return customersOf(this.#ring);
  }
}

/** The segments of a workspace, and the profile that their conditions are checked against. */
function segmentFiles(files: readonly WorkspaceFile[]): WorkspaceFile[] {
  const resources = parseFiles(files).resources.map(({ resource }) => resource);
  if (!resources.some(({ kind }) => kind === 'segment')) return [];
  return resources
    .filter(({ kind }) => kind === 'segment' || kind === 'profile')
    .map((resource) => ({ path: `${resource.kind}-${resource.id}.json`, text: JSON.stringify(resource) }));
}
