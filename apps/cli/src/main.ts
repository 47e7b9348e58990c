import { failureKind, WaymarkError } from '@waymark/contracts';
import { Command, CommanderError } from 'commander';
import { ApiError } from './api-client.js';
import type { CommandContext, Register } from './command.js';
import { apply } from './commands/apply.js';
import { check } from './commands/check.js';
import { config } from './commands/config.js';
import { customers } from './commands/customers.js';
import { deadLetters } from './commands/dead-letters.js';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { livingJourneys } from './commands/living-journeys.js';
import { migrate } from './commands/migrate.js';
import { repartition } from './commands/repartition.js';
import { schema } from './commands/schema.js';
import { simulate } from './commands/simulate.js';
import { tail } from './commands/tail.js';
import { test } from './commands/test.js';
import { traffic } from './commands/traffic.js';
import { up } from './commands/up.js';
import { validate } from './commands/validate.js';
import { why } from './commands/why.js';
import { EXIT } from './exit-codes.js';
import { complain } from './output.js';

const COMMANDS: readonly Register[] = [
  up,
  demo,
  validate,
  test,
  simulate,
  apply,
  schema,
  why,
  tail,
  deadLetters,
  customers,
  livingJourneys,
  traffic,
  config,
  doctor,
  check,
  migrate,
  repartition,
];

const context: CommandContext = {
  env: process.env,
  exit: (code) => {
    process.exitCode = code;
  },
};

/** Whoever reads what is printed may stop early, as `head` does. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

const program = new Command('waymark')
  .description('Customer journeys: events in, the right message out, and always a reason.')
  .version('0.1.0')
  .exitOverride();
for (const register of COMMANDS) register(program, context);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong, in one sentence where it is ours to explain, and with which exit code to end. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ApiError || (error instanceof WaymarkError && failureKind(error) !== 'defect')) {
    complain(error.message);
    return error instanceof WaymarkError && error.code === 'INVALID_CONFIGURATION' ? EXIT.configuration : EXIT.failed;
  }
  complain((error as Error).stack ?? String(error));
  return EXIT.failed;
}
