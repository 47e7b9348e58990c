import { mkdir } from 'node:fs/promises';
import { Database, startEmbeddedServer, type EmbeddedServer } from '@waymark/postgres';
import type { Config, Logger } from '@waymark/runtime';

const POOL_MAX = 20;

export interface OpenDatabase {
  database: Database;
  url: string;
  /** The embedded server, where it is not an outside one. */
  server: EmbeddedServer | undefined;
}

/**
 * Connects to the outside PostgreSQL, or starts the embedded one. A process by itself migrates; one of a cluster only looks
 * whether it can work with what is there, as `waymark migrate` does it for all.
 */
export async function openDatabase(config: Config, logger: Logger): Promise<OpenDatabase> {
  const server = config.databaseUrl === undefined ? await startEmbedded(config) : undefined;
  const url = config.databaseUrl ?? server!.url;
  let database: Database | undefined;
  try {
    database = await Database.connect({ url, poolMax: POOL_MAX, applicationName: 'waymark' });
    if (config.kafkaBrokers === undefined) await database.migrate();
    else sayNewer(await database.checkMigrated(), logger);
    return { database, url, server };
  } catch (error) {
    await database?.close();
    await server?.stop();
    throw error;
  }
}

async function startEmbedded({ dataDir }: Config): Promise<EmbeddedServer> {
  await mkdir(dataDir, { recursive: true });
  return startEmbeddedServer(dataDir);
}

function sayNewer(newer: readonly string[], logger: Logger): void {
  if (newer.length > 0)
    logger.warn({ newer }, 'the database was migrated by a newer version, which this one can work with');
}
