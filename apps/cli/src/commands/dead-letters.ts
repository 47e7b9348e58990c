import type { Letter, LettersPage, LetterSummary, Redrive, Redrives } from '@waymark/platform';
import type { Command } from 'commander';
import pc from 'picocolors';
import { ApiClient, connectionFrom } from '../api-client.js';
import type { Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print, say } from '../output.js';
import { wholeNumber } from '../whole-number.js';

/** Letters of one page, and ids of one request. */
const PAGE = 500;

interface Filter {
  service?: string;
  code?: string;
}

/** `waymark dead-letters`: what could not be processed, why, and how to have it processed again. */
export const deadLetters: Register = (program, context) => {
  const command = program.command('dead-letters').description('find, look at and redrive what could not be processed');
  const client = async (): Promise<ApiClient> => new ApiClient(await connectionFrom(context.env));

  filtered(command.command('list').description('letters, the newest first'))
    .option('--open', 'only those that were not redriven')
    .option('--limit <n>', 'letters at most', wholeNumber, 50)
    .option('--json', 'machine-readable')
    .action(async ({ json, limit, open, ...filter }: Filter & { json?: boolean; limit: number; open?: boolean }) => {
      const { letters, more } = await lettersOf(await client(), { ...filter, open }, limit);
      print(letters, { json, text: () => listText(letters) });
      if (json !== true && more) say('older letters are not shown: --limit N shows more');
    });

  command
    .command('show')
    .description('one letter: why, when, where from, and the record itself')
    .argument('<id>', 'as in the list, such as 2-17')
    .option('--json', 'machine-readable')
    .option('--raw', "write the record's value to standard output, byte for byte, and nothing else")
    .action(async (id: string, { json, raw }: { json?: boolean; raw?: boolean }) => {
      const letter = await (await client()).get<Letter>(`/api/dead-letters/${encodeURIComponent(id)}`);
      if (raw === true) process.stdout.write(bytesOf(letter));
      else print(letter, { json, text: () => letterText(letter) });
    });

  filtered(command.command('redrive').description('have records processed again, each once, however often this is run'))
    .argument('[ids...]', 'letters, such as 2-17')
    .option('--all', 'all that were not redriven, or those of them that --service and --code leave')
    .option('--json', 'machine-readable')
    .action(async (named: string[], options: Filter & { all?: boolean; json?: boolean }, self: Command) => {
      const { all = false, json, ...filter } = options;
      if (all === named.length > 0) self.error('name the letters, or say --all', { exitCode: EXIT.usage });
      const api = await client();
      const ids = all ? (await lettersOf(api, { ...filter, open: true }, Infinity)).letters.map(({ id }) => id) : named;
      const done = await redriveAll(api, ids);
      print(done, { json, text: () => redriveText(done) });
      context.exit(done.some(({ result }) => result === 'refused') ? EXIT.failed : EXIT.ok);
    });
};

function filtered(command: Command): Command {
  return command
    .option('--service <name>', 'only what this service could not process')
    .option('--code <code>', 'only with this reason, such as MALFORMED_JSON');
}

/** Newest first; `more` when there may be older ones. */
async function lettersOf(
  client: ApiClient,
  { service, code, open = false }: Filter & { open?: boolean | undefined },
  limit: number,
): Promise<{ letters: LetterSummary[]; more: boolean }> {
  const letters: LetterSummary[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(PAGE, limit - letters.length)),
      ...(service !== undefined && { service }),
      ...(code !== undefined && { code }),
      ...(open && { redriven: 'false' }),
      ...(cursor !== undefined && { cursor }),
    });
    const page = await client.get<LettersPage>(`/api/dead-letters?${query.toString()}`);
    letters.push(...page.letters);
    ({ cursor } = page);
  } while (cursor !== undefined && letters.length < limit);
  return { letters, more: cursor !== undefined };
}

/** In the order in which they were made: what comes first is to be processed first. */
async function redriveAll(client: ApiClient, ids: readonly string[]): Promise<Redrive[]> {
  const place = (id: string): number[] => id.split('-').map(Number);
  const inOrder = [...ids].sort((a, b) => place(a)[0]! - place(b)[0]! || place(a)[1]! - place(b)[1]!);
  const done: Redrive[] = [];
  for (let i = 0; i < inOrder.length; i += PAGE) {
    const body = { ids: inOrder.slice(i, i + PAGE) };
    const { letters } = await client.request<Redrives>('POST', '/api/dead-letters/redrive', body);
    done.push(...letters);
  }
  return done;
}

export function listText(letters: readonly LetterSummary[]): string {
  if (letters.length === 0) return 'no dead letters';
  return letters
    .flatMap(({ id, at, service, code, detail, topic, partition, offset, redrivenAt }) => {
      const place = topic === undefined ? '' : `  ${topic}/${partition}@${offset}`;
      const done = redrivenAt === undefined ? '' : pc.green('  redriven');
      return [
        `${pc.bold(id)}  ${at ?? 'at no known time'}  ${service ?? 'nobody'}  ${pc.red(code)}${visible(place)}${done}`,
        pc.dim(`  ${visible(detail)}`),
      ];
    })
    .join('\n');
}

export function letterText(letter: Letter): string {
  const { id, code, detail, at, service, topic, partition, offset, key, headers, redriveOf, redrivenAt } = letter;
  const rows: [string, string][] = [
    ['letter', id],
    ['why', `${code}: ${detail}`],
    ['when', at],
    ['service', service],
    ['from', `${topic}, partition ${partition}, offset ${offset}`],
    ['key', key],
    ...Object.entries(headers).map(([name, value]): [string, string] => ['header', `${name}: ${value}`]),
    ...(redriveOf === undefined
      ? []
      : [['again', `it is ${redriveOf}, redriven and failed again`] as [string, string]]),
    ...(redrivenAt === undefined ? [] : [['redriven', redrivenAt] as [string, string]]),
  ];
  const bytes = bytesOf(letter);
  const what = letter.encoding === undefined ? '' : ', not UTF-8: --raw writes them';
  const head = rows.map(([name, text]) => `${pc.dim(name.padEnd(9))}${visible(text)}`);
  return [...head, pc.dim(`value    ${bytes.length} bytes${what}`), visible(readable(bytes.toString('utf8')))].join(
    '\n',
  );
}

function redriveText(done: readonly Redrive[]): string {
  const refused = done.filter((each) => each.result === 'refused');
  const count = (result: Redrive['result']): number => done.filter((each) => each.result === result).length;
  return [
    ...refused.map(({ id, code, detail }) => `${pc.red('✗')} ${id}  ${code}: ${visible(detail)}`),
    `${count('redriven')} redriven, ${count('already')} had been before, ${refused.length} refused`,
  ].join('\n');
}

function bytesOf({ value, encoding }: Pick<Letter, 'value' | 'encoding'>): Buffer {
  return Buffer.from(value, encoding ?? 'utf8');
}

/** JSON with its lines broken, other text as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Text that somebody else has written, without what a terminal would obey. */
function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
