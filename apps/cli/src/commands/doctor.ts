import type { PlatformStatus } from '@waymark/platform';
import { parseConfig } from '@waymark/runtime';
import pc from 'picocolors';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { CommandContext, Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../output.js';
import { verdictsOf, type Verdict } from '../verdicts.js';

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
  return verdictsOf(status, Date.now());
}
