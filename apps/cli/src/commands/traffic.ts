import { WaymarkError } from '@waymark/contracts';
import { readCredentials } from '@waymark/runtime';
import { InvalidArgumentError, Option } from 'commander';
import { connectionFrom } from '../api-client.js';
import type { CommandContext, Register } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../output.js';
import { runTraffic } from '../traffic/run-traffic.js';
import { parseServices, serviceUrls, type ServiceUrls } from '../traffic/service-urls.js';
import { totalsText } from '../traffic/totals.js';
import { wholeNumber } from '../whole-number.js';

interface Options {
  rate: number;
  customers: number;
  seed: number;
  url?: string;
  services: Partial<ServiceUrls>;
  listen: string;
  smtpPort: number;
  webhookPort: number;
  seconds?: number;
  linger?: number;
  json?: boolean;
}

/** `waymark traffic`: the example shop's customers and partners, in real time, against a running system. */
export const traffic: Register = (program, context) => {
  const number = (flags: string, description: string): Option => new Option(flags, description).argParser(wholeNumber);
  program
    .command('traffic')
    .description('apply the example shop to a running system and stream its traffic, messages taken included')
    .addOption(number('--rate <n>', 'events a second').default(20))
    .addOption(
      number('--customers <n>', 'people of a week; when they are through, as many new ones follow').default(300),
    )
    .addOption(number('--seed <n>', 'fixes every choice').default(1))
    .option('--url <url>', 'where the system answers (WAYMARK_URL)')
    .addOption(
      new Option(
        '--services <list>',
        'services that answer elsewhere: personalization=http://…,action-dispatch=http://…',
      )
        .argParser(parseServices)
        .default({}, 'none'),
    )
    .option('--listen <address>', 'address of the mail server and of the webhooks', '127.0.0.1')
    .addOption(new Option('--smtp-port <n>', 'port that SMTP_URL leads to').argParser(port).default(2525))
    .addOption(
      new Option(
        '--webhook-port <n>',
        'port that CHANNEL_PARTNER_URL (/partner) and CHANNEL_ORDERS_URL (/orders) lead to',
      )
        .argParser(port)
        .default(2580),
    )
    .addOption(number('--seconds <n>', 'ends by itself'))
    .addOption(number('--linger <n>', 'then takes messages for so many seconds more'))
    .option('--json', 'the totals as JSON')
    .action((options: Options) => run(options, context));
};

async function run(options: Options, { env, exit }: CommandContext): Promise<void> {
  const connection = await connectionFrom({ ...env, ...(options.url !== undefined && { WAYMARK_URL: options.url }) });
  const enough = new AbortController();
  const end = (): void => enough.abort();
  process.once('SIGTERM', end).once('SIGINT', end);
  try {
    const totals = await runTraffic(
      {
        ...options,
        connection,
        urls: serviceUrls(connection.url, options.services),
        writeKey: await writeKeyFrom(env),
        mailSecret: env['CHANNEL_MAIL_SECRET'],
        listen: { host: options.listen, smtpPort: options.smtpPort, httpPort: options.webhookPort },
        seconds: options.seconds,
        lingerSeconds: options.linger ?? 0,
      },
      enough.signal,
    );
    print(totals, { json: options.json, text: () => totalsText(totals) });
    if (totals.failed > 0) exit(EXIT.failed);
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end);
  }
}

/** `WAYMARK_WRITE_KEY`, else the data folder's. Rejects with INVALID_CONFIGURATION. */
async function writeKeyFrom(env: CommandContext['env']): Promise<string> {
  const writeKey = env['WAYMARK_WRITE_KEY'] || (await readCredentials(env['WAYMARK_DATA_DIR'] || '.waymark'))?.writeKey;
  if (writeKey !== undefined) return writeKey;
  throw new WaymarkError('INVALID_CONFIGURATION', 'no write key: set WAYMARK_WRITE_KEY, or WAYMARK_DATA_DIR');
}

function port(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('it must be a port');
  return Number(text);
}
