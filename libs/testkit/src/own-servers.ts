/** Servers that a program may end, hold and start again, for tests of what happens then. Not for specs that share a server. */
import { chooseWays, type Way } from './provision/choose-ways.js';
import { findMeans } from './provision/find-means.js';
import { explainMissing } from './provision/recipes.js';
import type { Server } from './provision/server.js';
import type { ServerName } from './provision/server-name.js';
import { startServer } from './provision/start-server.js';

export type { Server } from './provision/server.js';

export interface OwnServerOptions {
  /** `docker` or `native`; whichever there is first, unless told. */
  way?: Exclude<Way, 'given'>;
}

export async function startOwnPostgres(options?: OwnServerOptions): Promise<{ url: string; server: Server }> {
  const server = await startOwn('postgres', options);
  return { url: server.address, server };
}

export async function startOwnRedis(options?: OwnServerOptions): Promise<{ url: string; server: Server }> {
  const server = await startOwn('redis', options);
  return { url: server.address, server };
}

export async function startOwnKafka(options?: OwnServerOptions): Promise<{ brokers: string[]; server: Server }> {
  const server = await startOwn('kafka', options);
  return { brokers: [server.address], server };
}

/** A given server is nobody's own. */
async function startOwn(name: ServerName, { way }: OwnServerOptions = {}): Promise<Server> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { docker, native } = (await findMeans(process.env, say))[name];
  const ways = chooseWays({ given: false, docker, native }).filter((each) => way === undefined || each === way);
  if (ways.length === 0) throw new Error(explainMissing(name));
  return startServer(name, ways, say);
}
