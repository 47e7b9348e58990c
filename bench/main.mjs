// npm run bench [-- --mode standalone|cluster|storage --customers N --seed S]
// Events a second through the whole ring, beside the floor (throughput.mjs); or what customers cost who are parked in journeys (storage.mjs).
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { print } from './machine.mjs';
import { storage } from './storage.mjs';
import { throughput } from './throughput.mjs';

const CUSTOMERS = { standalone: 2_500, cluster: 2_500, storage: 100_000 };

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'standalone' },
    customers: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { mode, seed } = values;
if (!(mode in CUSTOMERS)) {
  process.stderr.write(`--mode is standalone, cluster or storage, not ${mode}\n`);
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
// As root the database runs as another user, who must be able to pass through this folder.
await chmod(dataDir, 0o711);
const options = {
  mode,
  workspace: fileURLToPath(new URL('../examples/shop', import.meta.url)),
  dataDir,
  customers: Number(values.customers ?? CUSTOMERS[mode]),
  seed: Number(seed),
};
print(await (mode === 'storage' ? storage(options) : throughput(options)));
await rm(dataDir, { recursive: true, force: true });
