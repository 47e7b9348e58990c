// npm run bench [-- --mode standalone|cluster|storage|timers --customers N --seed S]
// Events a second through the whole ring, beside the floor (throughput.mjs); what customers cost who are parked in journeys (storage.mjs);
// how late waits end (timers.mjs).
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, print } from './machine.mjs';
import { storage } from './storage.mjs';
import { throughput } from './throughput.mjs';
import { timers } from './timers.mjs';

const MODES = {
  standalone: { run: throughput, customers: 2_500 },
  cluster: { run: throughput, customers: 2_500 },
  storage: { run: storage, customers: 100_000 },
  timers: { run: timers, customers: 5_000 },
};

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'standalone' },
    customers: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { mode, seed } = values;
if (!Object.hasOwn(MODES, mode)) {
  process.stderr.write(`--mode is ${Object.keys(MODES).join(', ')}, not ${mode}\n`);
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
// As root the database runs as another user, who must be able to pass through this folder.
await chmod(dataDir, 0o711);
const { run, customers } = MODES[mode];
const figures = await run({
  mode,
  workspace: fileURLToPath(new URL('../examples/shop', import.meta.url)),
  dataDir,
  customers: Number(values.customers ?? customers),
  seed: Number(seed),
});
print({ ...machine, ...figures });
await rm(dataDir, { recursive: true, force: true });
