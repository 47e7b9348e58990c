import type { CustomerMerge } from '@waymark/ingestion-service';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { Register } from '../command.js';
import { print } from '../output.js';

/** `waymark customers`: who turned out to be whom, and that it was a mistake. */
export const customers: Register = (program, { env }) => {
  const command = program.command('customers').description('who turned out to be whom, and taking that back');
  const client = async (): Promise<ApiClient> => new ApiClient(await connectionFrom(env));
  const pathOf = (customer: string): string => `/api/customers/${encodeURIComponent(customer)}/merges`;

  command
    .command('merges')
    .description('who turned out to be a customer, the newest first')
    .argument('<customer>', 'customer id, userId or anonymousId')
    .option('--json', 'machine-readable')
    .action(async (customer: string, { json }: { json?: boolean }) => {
      const merges = await (await client()).get<CustomerMerge[]>(pathOf(customer));
      print(merges, { json, text: () => mergesText(merges) });
    });

  command
    .command('undo-merge')
    .description('take a merge back, within 30 days: both are again who they were')
    .argument('<customer>', 'customer id, userId or anonymousId')
    .argument('<merge>', 'its id, as `customers merges` shows it')
    .option('--json', 'machine-readable')
    .action(async (customer: string, merge: string, { json }: { json?: boolean }) => {
      await (await client()).request('POST', `${pathOf(customer)}/${encodeURIComponent(merge)}/undo`);
      print({ customer, merge }, { json, text: () => `asked for: ${customer} and whoever ${merge} made her part` });
    });
};

function mergesText(merges: readonly CustomerMerge[]): string {
  if (merges.length === 0) return 'nobody turned out to be this customer';
  const state = ({ undoUntil, undoneAt }: CustomerMerge): string =>
    undoneAt === undefined ? `can be undone until ${undoUntil}` : `undone ${undoneAt}`;
  return merges.map((merge) => `${merge.id}  ${merge.at}  ${merge.from} is ${merge.to}  ${state(merge)}`).join('\n');
}
