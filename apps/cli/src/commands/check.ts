import type { CheckPage, Finding } from '@waymark/journey-state-service';
import pc from 'picocolors';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../output.js';

/** Instances of one request. */
const PAGE = 1_000;
/** Findings of one reason that are shown in text; JSON has all. */
const SHOWN_MAX = 20;

interface Checked {
  checked: number;
  findings: Finding[];
}

/** `waymark check`: instances that break an invariant, what is wrong with each, and what to do. */
export const check: Register = (program, context) => {
  program
    .command('check')
    .description('find instances that break an invariant: stuck, orphaned, overdue; exit code 1 when there are any')
    .option('--json', 'machine-readable')
    .action(async ({ json }: { json?: boolean }) => {
      const found = await checkAll(new ApiClient(await connectionFrom(context.env)));
      print(found, { json, text: () => checkText(found) });
      context.exit(found.findings.length === 0 ? EXIT.ok : EXIT.failed);
    });
};

async function checkAll(client: ApiClient): Promise<Checked> {
  const all: Checked = { checked: 0, findings: [] };
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== undefined && { cursor }) });
    const page = await client.get<CheckPage>(`/api/instances/check?${query.toString()}`);
    all.checked += page.checked;
    all.findings.push(...page.findings);
    ({ cursor } = page);
  } while (cursor !== undefined);
  return all;
}

function checkText({ checked, findings }: Checked): string {
  const looked = `${checked} instance${checked === 1 ? '' : 's'} checked`;
  if (findings.length === 0) return `${pc.green('✓')} ${looked}: all are as they should be`;
  const reasons = [...new Set(findings.map(({ reason }) => reason))];
  const lines = reasons.flatMap((of) => groupLines(findings.filter(({ reason }) => reason === of)));
  return [...lines, looked].join('\n');
}

/** Findings of one reason. */
function groupLines(findings: readonly Finding[]): string[] {
  const { reason, means, action } = findings[0]!;
  const more = findings.length - SHOWN_MAX;
  return [
    `${pc.red('✗')} ${pc.bold(reason)} (${findings.length}): ${means}`,
    ...findings.slice(0, SHOWN_MAX).map((finding) => `    ${placeOf(finding)}: ${finding.detail}`),
    ...(more > 0 ? [`    and ${more} more: --json has all`] : []),
    pc.dim(`  ${action}`),
  ];
}

function placeOf({ journeyId, instanceId, customerId }: Finding): string {
  return instanceId === undefined ? journeyId : `${journeyId}  instance ${instanceId}  customer ${customerId}`;
}
