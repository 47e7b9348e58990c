import { stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { instantSchema, WaymarkError, type EpochMs } from '@waymark/contracts';
import { sha256 } from '@waymark/platform';
import {
  madeUpCalls,
  simulatePopulation,
  syntheticCalls,
  withJourneys,
  type SimulationOptions,
  type SimulationReport,
} from '@waymark/simulation';
import { checkWorkspace, type CheckedWorkspace } from '@waymark/workspace';
import { InvalidArgumentError, Option } from 'commander';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findingLine } from '../finding-line.js';
import { noResources } from '../no-resources.js';
import { print, say } from '../output.js';
import { readWorkspace } from '../read-workspace.js';
import { progressBar } from '../simulate/progress.js';
import { recordedEvents } from '../simulate/recorded-events.js';
import { reportHtml } from '../simulate/report-html.js';
import { reportText } from '../simulate/report-text.js';
import { wholeNumber } from '../whole-number.js';

const DAY_MS = 86_400_000;

interface Options {
  journey?: string[];
  events?: string;
  customers: number;
  seed: number;
  days: number;
  start?: EpochMs;
  json?: boolean;
  html?: string;
  quiet: boolean;
}

/** `waymark simulate DIR`: who would get what, when and why, before anything is published. */
export const simulate: Register = (program, { exit }) => {
  program
    .command('simulate')
    .description('run a population through the journeys of a folder, before they are published')
    .argument('<folder>')
    .option(
      '--journey <id>',
      'only this journey, and those it calls; may be given again',
      (id: string, ids: string[] = []) => [...ids, id],
    )
    .option('--events <file>', 'recorded events: a Segment call a line, in the order of time, .gz or not')
    .addOption(made('--customers <n>', 'how many customers are made up').default(1_000))
    .addOption(made('--seed <n>', 'fixes every choice of who they are and what they do').default(1))
    .addOption(made('--days <n>', 'how long they do things').default(14))
    .addOption(
      new Option('--start <instant>', 'when journeys begin to take entrants; made up: today').argParser(instant),
    )
    .option('--json', 'machine-readable')
    .option('--html <file>', 'write the report as a page, too')
    .option('--quiet', 'nothing but the report', false)
    .action(async (folder: string, options: Options) => {
      const checked = checkWorkspace(await readWorkspace(folder), sha256);
      if (checked.errors.length + checked.resources.length === 0) throw noResources(folder);
      if (checked.errors.length > 0) {
        const { errors } = checked;
        print({ errors }, { json: options.json, text: () => errors.map(findingLine).join('\n') });
        return exit(EXIT.failed);
      }
      if (options.html !== undefined) await assertFolder(dirname(options.html));
      const report = await run(checked.resources, options);
      if (options.html !== undefined) {
        const title = `Simulation of ${basename(resolve(folder))}`;
        await writeFile(options.html, reportHtml(report, { title }));
        if (!options.quiet) say(`the report is in ${options.html}`);
      }
      print(report, { json: options.json, text: () => reportText(report) });
      exit(EXIT.ok);
    });
};

/** An option of the population that is made up when there are no recorded events. */
function made(flags: string, description: string): Option {
  return new Option(flags, description).argParser(wholeNumber).conflicts('events');
}

async function run(all: CheckedWorkspace['resources'], options: Options): Promise<SimulationReport> {
  const resources = options.journey ? withJourneys(all, options.journey) : all;
  const { shareDone, ...source } =
    options.events === undefined ? madeUp(resources, options) : await recorded(options.events, options);
  const bar = progressBar(options);
  try {
    return await simulatePopulation({
      ...source,
      resources,
      onProgress: ({ events, at }) => bar.update({ share: shareDone(at), events, at }),
    });
  } finally {
    bar.stop();
  }
}

type Source = Pick<SimulationOptions, 'calls' | 'start' | 'synthetic'> & { shareDone: (at: EpochMs) => number };

function madeUp(resources: CheckedWorkspace['resources'], { customers, seed, days, start = today() }: Options): Source {
  const calls = syntheticCalls({ resources: resources.map(({ resource }) => resource), customers, seed, days, start });
  return {
    calls: madeUpCalls(calls),
    start,
    synthetic: { seed, days },
    shareDone: (at) => Math.max(0, at - start) / (days * DAY_MS),
  };
}

async function recorded(file: string, { start }: Options): Promise<Source> {
  const { calls, bytes, bytesRead } = await recordedEvents(file);
  return { calls, start, shareDone: () => bytesRead() / bytes };
}

/** The last midnight, UTC. */
function today(): EpochMs {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}

function instant(text: string): EpochMs {
  if (!instantSchema.safeParse(text).success)
    throw new InvalidArgumentError('it must be an instant such as 2026-11-30T00:00:00Z');
  return Date.parse(text);
}

async function assertFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isDirectory()) throw new WaymarkError('NOT_FOUND', `there is no folder ${path} for the report`);
}
