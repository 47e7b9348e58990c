import { cpus, totalmem } from 'node:os';

/** Where a figure was seen, and when. */
export const machine = {
  machine: `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  date: new Date().toISOString().slice(0, 10),
};

/** Prints what was seen, a line each. */
export function print(report) {
  const width = Math.max(...Object.keys(report).map(({ length }) => length));
  for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
}
