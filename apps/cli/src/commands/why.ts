import type { TimelineEntry } from '@waymark/contracts';
import pc from 'picocolors';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { Register } from '../command.js';
import { print, say } from '../output.js';

/** `waymark why CUSTOMER`: from the first event to the delivery, or the reason there was none. */
export const why: Register = (program, { env }) => {
  program
    .command('why')
    .description("explain a customer's timeline: what happened, and why")
    .argument('<customer>', 'customer id, userId or anonymousId')
    .option('--journey <id>', 'only what concerns this journey')
    .option('--limit <n>', 'newest entries', '500')
    .option('--json', 'machine-readable')
    .action(async (customer: string, { journey, limit, json }: { journey?: string; limit: string; json?: boolean }) => {
      const query = new URLSearchParams({ limit, ...(journey !== undefined && { journey }) });
      const client = new ApiClient(await connectionFrom(env));
      const entries = await client.get<TimelineEntry[]>(
        `/api/customers/${encodeURIComponent(customer)}/timeline?${query.toString()}`,
      );
      print(entries, { json, text: () => timelineText(entries) });
      if (json !== true && entries.length >= Number(limit)) say('older entries are not shown: --limit N shows more');
    });
};

const MARKS: Record<string, string> = {
  event: '●',
  entered: '▶',
  refused: '⊘',
  ended: '■',
  converted: '★',
  decision: '◆',
  delivery: '✉',
};

/** A timeline in lines: the moment, what happened, and under it why. */
export function timelineText(entries: readonly TimelineEntry[]): string {
  let day = '';
  return entries
    .flatMap((entry) => {
      const [date, time] = entry.at.split('T') as [string, string];
      const heading = date === day ? [] : [pc.bold(date)];
      day = date;
      return [
        ...heading,
        `  ${pc.dim(time.slice(0, 8))} ${MARKS[entry.kind] ?? '·'} ${entry.text}`,
        ...entry.because.map((line) => pc.dim(`             because ${line}`)),
      ];
    })
    .join('\n');
}
