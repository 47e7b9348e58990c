import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './simulate.js';

/** Which seeds a thread runs: every `stride`-th from `from` on, below `end`. */
export interface SeedStripe {
  from: number;
  end: number;
  stride: number;
  lines: number;
}

/** Runs its stripe of seeds, and tells each result as it comes. */
const { from, end, stride, lines } = workerData as SeedStripe;
for (let seed = from; seed < end; seed += stride) parentPort!.postMessage(await simulate(seed, { lines }));
