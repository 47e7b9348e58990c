import { setTimeout as sleep } from 'node:timers/promises';
import type { LogPage, PlatformStatus } from '@waymark/platform';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { Register } from '../command.js';

const EVERY_MS = 500;

/** `waymark tail`: follows what travels the ring, one JSON line a record. */
export const tail: Register = (program, { env }) => {
  program
    .command('tail')
    .description('follow events, or actions, as JSON lines')
    .option('--events', 'events of known customers (the default)')
    .option('--actions', 'messages on their way')
    .action(async ({ actions }: { actions?: boolean }) => {
      const topic = actions === true ? 'actions' : 'events';
      const client = new ApiClient(await connectionFrom(env));
      const { partitions } = await client.get<PlatformStatus>('/api/status');
      const numbers = [...new Set(partitions.map(({ partition }) => partition))];
      const offsets = new Map<number, number>(numbers.map((partition) => [partition, -1]));
      for (;;) {
        for (const partition of numbers) {
          const { next, records } = await client.get<LogPage>(
            `/api/log/${topic}/${partition}?offset=${offsets.get(partition)}&max=1000`,
          );
          offsets.set(partition, next);
          for (const { value } of records) process.stdout.write(`${value}\n`);
        }
        await sleep(EVERY_MS);
      }
    });
};
