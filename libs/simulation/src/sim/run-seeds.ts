import { Worker } from 'node:worker_threads';
import type { SeedStripe } from './seed-worker.js';
import { failureLines, seedLine, SeedsReport } from './seeds-report.js';
import { simulate, type SeedResult } from './simulate.js';
import type { Sabotage } from './world.js';

/** Failing seeds after which no more are run. */
const FAILING_MAX = 3;

export interface SeedsOptions {
  /** The first seed. */
  seed: number;
  /** How many. */
  seeds: number;
  /** Threads that run seeds; 1 is this one. */
  threads?: number;
  /** A line for each seed. */
  verbose?: boolean;
  /** Lines of what happened last that are told of a failing seed. */
  lines: number;
  sabotage?: Sabotage;
  /** Milliseconds of real time, from any beginning. */
  elapsedMs: () => number;
  print: (line: string) => void;
}

/** Says whether to go on. */
type Tell = (result: SeedResult) => boolean;

/** Runs seeds, tells what was found, and says whether nothing was. */
export async function runSeeds(options: SeedsOptions): Promise<boolean> {
  const { seeds, threads = 1, verbose = false, elapsedMs, print } = options;
  const startedAt = elapsedMs();
  const report = new SeedsReport();
  const tell: Tell = (result) => {
    report.add(result);
    if (verbose) print(seedLine(result));
    if (result.violations.length > 0) for (const line of failureLines(result)) print(line);
    return report.failing < FAILING_MAX;
  };
  const stride = Math.max(1, Math.min(threads, seeds));
  await (stride === 1 ? runHere(options, tell) : runInThreads(options, stride, tell));
  for (const line of report.lines(elapsedMs() - startedAt)) print(line);
  return report.failing === 0;
}

async function runHere({ seed: first, seeds, sabotage, lines }: SeedsOptions, tell: Tell): Promise<void> {
  for (let seed = first; seed < first + seeds; seed += 1) if (!tell(await simulate(seed, { sabotage, lines }))) return;
}

/** Results come in the order in which threads have them. */
async function runInThreads({ seed, seeds, lines }: SeedsOptions, stride: number, tell: Tell): Promise<void> {
  const workers: Worker[] = [];
  const ended = Array.from({ length: stride }, (_, i) => {
    const workerData: SeedStripe = { from: seed + i, end: seed + seeds, stride, lines };
    const worker = new Worker(new URL('./seed-worker.js', import.meta.url), { workerData });
    workers.push(worker);
    worker.on('message', (result: SeedResult) => {
      if (!tell(result)) for (const each of workers) void each.terminate();
    });
    return new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', resolve);
    });
  });
  await Promise.all(ended);
}
