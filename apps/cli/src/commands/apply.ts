import type { Plan } from '@waymark/ingestion-service';
import pc from 'picocolors';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformStatus } from '@waymark/platform';
import { parseFiles, type WorkspaceFile } from '@waymark/workspace';
import { ApiClient, connectionFrom } from '../api-client.js';
import { channelsSay } from '../channels-say.js';
import type { CommandContext, Register } from '../command.js';
import { noResources } from '../no-resources.js';
import { print, say } from '../output.js';
import { readWorkspace } from '../read-workspace.js';

const LOOK_AGAIN_MS = 100;

/** `waymark plan DIR` and `waymark apply DIR`: what would change, and the change. */
export const apply: Register = (program, context) => {
  program
    .command('plan')
    .description('show what "apply" would change')
    .argument('<folder>')
    .option('--json', 'machine-readable')
    .action((folder: string, options: Options) => run(folder, { ...options, dryRun: true }, context));
  program
    .command('apply')
    .description('make the running system match a workspace folder')
    .argument('<folder>')
    .option('--dry-run', 'only show the plan')
    .option('--json', 'machine-readable')
    .action((folder: string, options: Options) => run(folder, options, context));
};

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

async function run(folder: string, { dryRun = false, json }: Options, { env }: CommandContext): Promise<void> {
  const client = new ApiClient(await connectionFrom(env));
  const plan = await applyFiles(client, folder, { dryRun });
  print(plan, { json, text: () => planText(plan) });
  if (dryRun) return;
  say(`${pc.green('✓')} revision ${plan.revision} is in use everywhere`);
  const { unset } = await client.get<PlatformStatus>('/api/status');
  if (unset.length > 0) say(`${pc.yellow('!')} channels: ${channelsSay(unset)}`);
}

/** Applies a folder and waits until every partition of every service uses it. Rejects with NOT_FOUND for one without resources. */
export async function applyFiles(client: ApiClient, folder: string, { dryRun }: { dryRun: boolean }): Promise<Plan> {
  const files = await readWorkspace(folder);
  if (isNothing(files)) throw noResources(folder, '; applying nothing would delete everything, and that is not done');
  const plan = await client.request<Plan>('PUT', '/api/workspace', { files, dryRun });
  if (!dryRun) await inUse(client, plan.revision);
  return plan;
}

/** Whether there is neither a resource nor a mistake; of mistakes the system tells. */
function isNothing(files: readonly WorkspaceFile[]): boolean {
  const { resources, errors } = parseFiles(files);
  return resources.length + errors.length === 0;
}

async function inUse(client: ApiClient, revision: number): Promise<void> {
  for (;;) {
    const { partitions } = await client.get<PlatformStatus>('/api/status');
    if (partitions.every((partition) => partition.revision >= revision)) return;
    await sleep(LOOK_AGAIN_MS);
  }
}

function planText({ create, update, delete: remove, unchanged, epochs = [] }: Plan): string {
  const lines = [
    ...create.map((name) => pc.green(`+ ${name}`)),
    ...update.map((name) => pc.yellow(`~ ${name}`)),
    ...remove.map((name) => pc.red(`- ${name}`)),
    ...epochs.map(({ seed, epoch }) => `  the split "${seed}" begins epoch ${epoch}: its results count anew`),
  ];
  return [
    ...lines,
    `${create.length} to create, ${update.length} to update, ${remove.length} to delete, ${unchanged.length} unchanged`,
  ].join('\n');
}
