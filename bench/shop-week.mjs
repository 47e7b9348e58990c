// Prints the demo's week as recorded events, a call a line: `node bench/shop-week.mjs CUSTOMERS [SEED] > week.ndjson`.
import { generateWeek } from '../apps/cli/dist/demo/population.js';

const [customers = '1000', seed = '1'] = process.argv.slice(2);
const start = Date.parse('2026-11-30T00:00:00Z');
let lines = [];
for (const { call } of generateWeek({ customers: Number(customers), seed: Number(seed), start })) {
  lines.push(`${JSON.stringify(call)}\n`);
  if (lines.length < 1_000) continue;
  process.stdout.write(lines.join(''));
  lines = [];
}
process.stdout.write(lines.join(''));
