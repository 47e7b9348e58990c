import { kindSchema, SCHEMA_KINDS } from '@waymark/workspace';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { complain, print } from '../output.js';

/** `waymark schema KIND`: the JSON Schema of a kind of resource, for editors. */
export const schema: Register = (program, { exit }) => {
  program
    .command('schema')
    .description('print the JSON Schema of a kind of resource')
    .argument('<kind>', SCHEMA_KINDS.join(', '))
    .option('--json', 'as it is anyway')
    .action((kind: string) => {
      const found = kindSchema(kind);
      if (!found) {
        complain(`there is no kind "${kind}"; there are ${SCHEMA_KINDS.join(', ')}`);
        return exit(EXIT.usage);
      }
      print(found, { json: true, text: () => '' });
    });
};
