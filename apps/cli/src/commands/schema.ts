import { FILE_SCHEMA_NAMES, WIRE_SCHEMA_NAMES, jsonSchema } from '@waymark/contracts';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { complain, print } from '../output.js';

/** `waymark schema KIND`: the JSON Schema of a kind of file, for editors, or of what goes over the wire, for other teams. */
export const schema: Register = (program, { exit }) => {
  program
    .command('schema')
    .description('print the JSON Schema of a kind of file, of a topic or of an HTTP body')
    .argument('<kind>', `files: ${FILE_SCHEMA_NAMES.join(', ')}; on the wire: ${WIRE_SCHEMA_NAMES.join(', ')}`)
    .option('--json', 'as it is anyway')
    .action((kind: string) => {
      const found = jsonSchema(kind);
      if (!found) {
        complain(`there is no schema "${kind}"; there are ${[...FILE_SCHEMA_NAMES, ...WIRE_SCHEMA_NAMES].join(', ')}`);
        return exit(EXIT.usage);
      }
      print(found, { json: true, text: () => '' });
    });
};
