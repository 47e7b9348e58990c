// node scripts/run.mjs demo|test|test:faults|check|waymark|bench [arguments]
// Installs what is missing, builds what the command needs, then runs it on the Node that the project brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ROOT, ensureInstalled } from './install.mjs';

const NODE = `${ROOT}node_modules/node/bin/node`;
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;
const NX = `${ROOT}node_modules/nx/dist/bin/nx.js`;
const JEST = `${ROOT}node_modules/jest/bin/jest.js`;
const CLI = `${ROOT}apps/cli/dist/main.js`;

const [command, ...given] = process.argv.slice(2);
const args = given[0] === '--' ? given.slice(1) : given;

let child;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child?.kill(signal));

/** Runs a program to its end; resolves with its exit code. */
function run(program, programArgs, env = {}) {
  return new Promise((resolve) => {
    child = spawn(program, programArgs, {
      cwd: (env.INIT_CWD ?? process.env.INIT_CWD) || ROOT,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

async function must(title, program, programArgs, env) {
  const startedAt = Date.now();
  if (title) process.stderr.write(`${title} … `);
  const code = await run(program, programArgs, { INIT_CWD: ROOT, ...env });
  if (code !== 0) {
    process.stderr.write(`\n${title ?? 'Building'} failed.\n`);
    process.exit(code);
  }
  if (title) process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

/** Compiles what the program needs; incremental, so that a second time it costs less than a second and is not worth a word. */
const build = (...further) =>
  must(existsSync(CLI) ? undefined : 'Building', NODE, [
    TSC,
    '-b',
    ...['apps/cli', ...further].map((project) => `${ROOT}${project}/tsconfig.lib.json`),
  ]);

/** What runs as a process of its own in a cluster, and the servers it is tried on. */
const CLUSTER = ['ingestion', 'journey-state', 'personalization', 'action-dispatch'].map((app) => `apps/${app}`);
const SERVERS = 'libs/testkit';

async function check() {
  const nx = { NX_DAEMON: 'false', NX_TUI: 'false' };
  await must('Build and types', NODE, [NX, 'run-many', '-t', 'build', 'typecheck', '--output-style=static'], nx);
  await must('Lint and boundaries', NODE, [NX, 'run-many', '-t', 'lint', '--output-style=static'], nx);
  await must('Unused code', NODE, [`${ROOT}node_modules/knip/bin/knip.js`, '--no-config-hints']);
  await must('Cycles', NODE, [
    `${ROOT}node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`,
    'libs',
    'apps',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
  ]);
  await must('Rules', NODE, [`${ROOT}scripts/rules.mjs`, '--check']);
  await must('Format', NODE, [`${ROOT}node_modules/prettier/bin/prettier.cjs`, '--check', '--log-level', 'warn', '.']);
}

const jest = (jestArgs) =>
  run(NODE, ['--experimental-vm-modules', '--no-warnings', JEST, ...jestArgs], { INIT_CWD: ROOT });

const COMMANDS = {
  check,
  async test() {
    if (args.length > 0) return jest(args);
    await check();
    return jest([]);
  },
  async 'test:faults'() {
    await must(undefined, NODE, [TSC, '-b', `${ROOT}e2e/tsconfig.spec.json`]);
    return run(NODE, ['--no-warnings', `${ROOT}e2e/dist/faults/main.js`, ...args]);
  },
  async demo() {
    await build();
    return run(NODE, [CLI, 'demo', ...args]);
  },
  async waymark() {
    await build();
    return run(NODE, [CLI, ...args]);
  },
  async bench() {
    await build(...CLUSTER, SERVERS);
    return run(NODE, [`${ROOT}bench/main.mjs`, ...args]);
  },
  async sim() {
    await build('libs/simulation');
    return run(NODE, [`${ROOT}scripts/sim.mjs`, ...args]);
  },
};

if (!(command in COMMANDS)) {
  process.stderr.write(`usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')} [arguments]\n`);
  process.exit(2);
}
ensureInstalled();
process.exit((await COMMANDS[command]()) ?? 0);
