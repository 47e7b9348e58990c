import { checkWorkspace } from '@waymark/workspace';
import { sha256 } from '@waymark/platform';
import pc from 'picocolors';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findingLine } from '../finding-line.js';
import { noResources } from '../no-resources.js';
import { print } from '../output.js';
import { readWorkspace } from '../read-workspace.js';

/** `waymark validate DIR`: checks a workspace without a system. */
export const validate: Register = (program, { exit }) => {
  program
    .command('validate')
    .description('check a workspace folder: syntax, references, conditions, templates')
    .argument('<folder>')
    .option('--json', 'machine-readable')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const { errors, resources, scenarios } = checkWorkspace(await readWorkspace(folder), sha256);
      if (errors.length + resources.length + scenarios.length === 0) throw noResources(folder);
      print(
        { errors },
        {
          json,
          text: () =>
            errors.length === 0
              ? `${pc.green('✓')} ${resources.length} resources, ${scenarios.length} scenarios: all valid`
              : errors.map(findingLine).join('\n'),
        },
      );
      exit(errors.length === 0 ? EXIT.ok : EXIT.failed);
    });
};
