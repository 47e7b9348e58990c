import { WaymarkError } from '@waymark/contracts';
import { migrateDatabase } from '@waymark/platform';
import { parseConfig } from '@waymark/runtime';
import type { Register } from '../command.js';
import { print } from '../output.js';
import { migrateJourney } from './living-journeys.js';

interface Options {
  map?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `waymark migrate`: brings an outside database up to date, before the processes of a cluster are; with a journey, those inside it. */
export const migrate: Register = (program, context) => {
  program
    .command('migrate')
    .description(
      'bring the database that DATABASE_URL names up to date; or those inside a journey, to the version that is published',
    )
    .argument('[journey]', 'id; without it, the database')
    .option('--map <file>', 'YAML: for each step of earlier versions a step of the new one, stay or exit')
    .option('--dry-run', 'only count, by step, what would happen, and say what the map leaves out')
    .option('--json', 'machine-readable')
    .action((journey: string | undefined, options: Options) =>
      journey === undefined ? ofDatabase(options, context.env) : migrateJourney(journey, options, context),
    );
};

async function ofDatabase({ json }: Options, env: Parameters<Register>[1]['env']): Promise<void> {
  const { databaseUrl } = parseConfig({ DATABASE_URL: env['DATABASE_URL'] });
  if (databaseUrl === undefined)
    throw new WaymarkError(
      'INVALID_CONFIGURATION',
      'DATABASE_URL must name the database to migrate; the embedded one is migrated when it starts',
    );
  const migrations = await migrateDatabase(databaseUrl);
  print({ migrations }, { json, text: () => summary(migrations) });
}

function summary(migrations: readonly string[]): string {
  return migrations.length === 0 ? 'the database was up to date' : `migrated: ${migrations.join(', ')}`;
}
