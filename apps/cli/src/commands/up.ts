import { createLogger, parseConfig } from '@waymark/runtime';
import { startPlatform } from '@waymark/platform';
import type { Register } from '../command.js';
import { say } from '../output.js';

interface Options {
  port?: string;
  host?: string;
  data?: string;
  target?: string;
}

/** `waymark up`: the whole platform in this process. */
export const up: Register = (program, { env }) => {
  program
    .command('up')
    .description('start the platform in this process')
    .option('--port <port>', 'port of all HTTP endpoints (8080)')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--data <folder>', 'data folder (.waymark)')
    .option('--target <services>', 'all, or a list of ingestion, journey-state, personalization, action-dispatch')
    .action(async ({ port, host, data, target }: Options) => {
      const given = {
        WAYMARK_HTTP_PORT: port,
        WAYMARK_HTTP_HOST: host,
        WAYMARK_DATA_DIR: data,
        WAYMARK_TARGET: target,
      };
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const config = parseConfig({ ...env, ...set });
      const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
      const { url, platform } = await startPlatform(config, logger, env);
      const { credentials } = platform;
      if (credentials.made) {
        say(`Write key:   ${credentials.writeKey}`);
        say(`Admin token: ${credentials.adminToken}`);
        say(`(shown once; kept in ${config.dataDir}/credentials.json)`);
      }
      logger.info({ url, target: config.target }, 'ready');
    });
};
