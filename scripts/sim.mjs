// npm run sim -- --seed S --seeds N [--threads T] [--verbose] [--lines L]
// Runs worlds of all four services through seeded faults, and checks them; exit code 1 when a rule was broken.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runSeeds } from '../libs/simulation/dist/index.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(availableParallelism()) },
    lines: { type: 'string', default: '60' },
    verbose: { type: 'boolean', default: false },
  },
});

function wholeNumber(name) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} must be a whole number, and is "${values[name]}"\n`);
  process.exit(2);
}

const isFine = await runSeeds({
  seed: wholeNumber('seed'),
  seeds: wholeNumber('seeds'),
  threads: wholeNumber('threads'),
  lines: wholeNumber('lines'),
  verbose: values.verbose,
  elapsedMs: () => performance.now(),
  print: (line) => void process.stdout.write(`${line}\n`),
});
process.exit(isFine ? 0 : 1);
