// npm run test:faults [-- --seed S --rounds N --only kind,kind --faults N --calls N --round R]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killAll } from './cluster/service-process.js';
import { isClean } from './ledger/judge.js';
import { FAULT_KINDS, roundsOfACycle, type FaultKind, type RoundPlan } from './plan-faults.js';
import { NO_TOTALS, plus, roundText, totalsText } from './report.js';
import { runRound } from './run-round.js';
import { removeServers, startServers } from './servers/servers.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** As many as it takes for every kind to come for every service, unless told. */
    rounds: { type: 'string' },
    /** This round of the plan alone. */
    round: { type: 'string' },
    only: { type: 'string' },
    faults: { type: 'string', default: '4' },
    calls: { type: 'string', default: '2000' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** `--only none` is a round without faults. */
function kindsOf(only: string | undefined): FaultKind[] | undefined {
  if (only === undefined) return undefined;
  const named = only.split(',').filter((kind) => kind !== 'none');
  const stranger = named.find((kind) => !FAULT_KINDS.includes(kind as FaultKind));
  if (stranger !== undefined) throw new Error(`there is no fault "${stranger}"; there are ${FAULT_KINDS.join(', ')}`);
  return named as FaultKind[];
}

function again({ seed, round, faults, calls, only }: RoundPlan): string {
  const kinds = only === undefined ? '' : ` --only ${only.join(',') || 'none'}`;
  return `npm run test:faults -- --seed ${seed} --round ${round} --faults ${faults} --calls ${calls}${kinds}`;
}

const only = kindsOf(values.only);
const common = { seed: Number(values.seed), faults: Number(values.faults), calls: Number(values.calls), only };
const first = Number(values.round ?? 0);
const rounds = values.round === undefined ? Number(values.rounds ?? roundsOfACycle(common)) : 1;

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Runs a round, says what came of it, and resolves with whether it was clean; one that cannot be run was not. */
async function play(plan: RoundPlan, its: string): Promise<boolean> {
  try {
    const result = await runRound(plan, servers, its);
    totals = plus(totals, result);
    say(roundText(plan, result));
    return isClean(result.verdict);
  } catch (error) {
    totals = { ...totals, rounds: totals.rounds + 1, dirty: totals.dirty + 1 };
    say(`round ${plan.round}: NOT CLEAN, it could not be run: ${(error as Error).stack}`);
    return false;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'waymark-faults-'));
let totals = NO_TOTALS;
const servers = await startServers();
try {
  for (let round = first; round < first + rounds; round += 1) {
    const plan = { ...common, round };
    const its = join(folder, `round-${round}`);
    if (await play(plan, its)) rmSync(its, { recursive: true });
    else say(`  logs and ledger: ${its}\n  again: ${again(plan)}`);
  }
  say(totalsText(totals));
} finally {
  await removeServers(servers);
  if (totals.dirty === 0) rmSync(folder, { recursive: true, force: true });
}
process.exitCode = totals.dirty === 0 ? 0 : 1;
