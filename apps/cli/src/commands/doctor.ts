import type { PlatformStatus } from '@waymark/standalone';
import { parseConfig } from '@waymark/runtime';
import pc from 'picocolors';
import { ApiClient, connectionFrom } from '../api-client.js';
import { channelsSay } from '../channels-say.js';
import type { CommandContext, Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../output.js';

interface Verdict {
  check: string;
  ok: boolean;
  says: string;
}

/** A record older than this is being worked through too slowly, or not at all. */
const LAG_MAX = 10_000;
const SKEW_MAX_MS = 5_000;

/** `waymark doctor`: configuration and connections, each with a verdict. */
export const doctor: Register = (program, context) => {
  program
    .command('doctor')
    .description('check configuration and a running system')
    .option('--json', 'machine-readable')
    .action(async ({ json }: { json?: boolean }) => {
      const verdicts = [configuration(context), ...(await system(context))];
      print(verdicts, {
        json,
        text: () =>
          verdicts.map(({ check, ok, says }) => `${ok ? pc.green('✓') : pc.red('✗')} ${check}: ${says}`).join('\n'),
      });
      context.exit(verdicts.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed);
    });
};

function configuration({ env }: CommandContext): Verdict {
  try {
    parseConfig(env);
    return { check: 'configuration', ok: true, says: 'valid' };
  } catch (error) {
    return { check: 'configuration', ok: false, says: (error as Error).message };
  }
}

async function system({ env }: CommandContext): Promise<Verdict[]> {
  let status: PlatformStatus;
  try {
    status = await new ApiClient(await connectionFrom(env)).get<PlatformStatus>('/api/status');
  } catch (error) {
    return [{ check: 'system', ok: false, says: (error as Error).message }];
  }
  const lag = Math.max(0, ...status.partitions.map((partition) => partition.lag));
  const behind = status.partitions.filter(({ revision }) => revision < status.revision);
  return [
    { check: 'system', ok: true, says: `Waymark ${status.version}, PostgreSQL ${status.postgres}` },
    {
      check: 'partitions',
      ok: status.stopped.length === 0,
      says:
        status.stopped.length === 0
          ? `${status.partitions.length} at work`
          : status.stopped
              .map(({ service, partition, error }) => `${service}/${partition} stopped: ${error}`)
              .join('; '),
    },
    { check: 'lag', ok: lag <= LAG_MAX, says: `at most ${lag} records behind` },
    {
      check: 'workspace',
      ok: behind.length === 0,
      says:
        behind.length === 0
          ? `revision ${status.revision} in use everywhere`
          : `${behind.length} partition(s) not at revision ${status.revision} yet`,
    },
    { check: 'channels', ok: status.unset.length === 0, says: channelsSay(status.unset) },
    clock(status),
  ];
}

function clock({ now, ownClock }: PlatformStatus): Verdict {
  if (ownClock) return { check: 'clock', ok: true, says: `one of its own, for demos and tests, at ${now}` };
  const skewMs = Math.abs(Date.parse(now) - Date.now());
  return { check: 'clock', ok: skewMs <= SKEW_MAX_MS, says: `${skewMs} ms from this machine's` };
}
