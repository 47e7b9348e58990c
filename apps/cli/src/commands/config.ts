import { parseConfig, redactedConfig } from '@waymark/runtime';
import { configurationDoc } from '../configuration-doc.js';
import type { Register } from '../command.js';
import { print } from '../output.js';

/** `waymark config`: the effective configuration, secrets hidden. */
export const config: Register = (program, { env }) => {
  program
    .command('config')
    .description('print the effective configuration, secrets as ***')
    .option('--json', 'machine-readable')
    .option('--markdown', 'print docs/configuration.md instead')
    .action(({ json, markdown }: { json?: boolean; markdown?: boolean }) => {
      if (markdown === true) return print(undefined, { json: false, text: configurationDoc });
      const effective = redactedConfig(parseConfig(env));
      print(effective, {
        json,
        text: () =>
          Object.entries(effective)
            .map(
              ([name, value]) =>
                `${name}=${value === null ? '' : Array.isArray(value) ? value.join(',') : JSON.stringify(value).replace(/^"|"$/g, '')}`,
            )
            .join('\n'),
      });
    });
};
