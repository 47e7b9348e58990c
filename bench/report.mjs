import { cpus, totalmem } from 'node:os';

/** Where and when a figure was seen. */
export function machine() {
  return {
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** A line for each figure. */
export function print(report) {
  for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(46)} ${value}\n`);
}
