import { WaymarkError } from '@waymark/contracts';
import { migrateDatabase } from '@waymark/platform';
import { parseConfig } from '@waymark/runtime';
import type { Register } from '../command.js';
import { print } from '../output.js';

/** `waymark migrate`: brings an outside database up to date, before the processes of a cluster are. */
export const migrate: Register = (program, { env }) => {
  program
    .command('migrate')
    .description('bring the database that DATABASE_URL names up to date')
    .option('--json', 'machine-readable')
    .action(async ({ json }: { json?: boolean }) => {
      const { databaseUrl } = parseConfig({ DATABASE_URL: env['DATABASE_URL'] });
      if (databaseUrl === undefined)
        throw new WaymarkError(
          'INVALID_CONFIGURATION',
          'DATABASE_URL must name the database to migrate; the embedded one is migrated when it starts',
        );
      const migrations = await migrateDatabase(databaseUrl);
      print({ migrations }, { json, text: () => summary(migrations) });
    });
};

function summary(migrations: readonly string[]): string {
  return migrations.length === 0 ? 'the database was up to date' : `migrated: ${migrations.join(', ')}`;
}
