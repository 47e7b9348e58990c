import type { Way } from './choose-ways.js';
import { reasonOf } from './reason-of.js';
import { RECIPES } from './recipes.js';
import type { Server } from './server.js';
import type { ServerName } from './server-name.js';
import { startServer } from './start-server.js';

/** A server that serves. */
export interface ProvidedServer {
  way: Way;
  /** A URL, or hosts and ports for Kafka. May hold a password: not to be logged. */
  address: string;
  /** Unknown for a given Kafka, which does not tell. */
  version?: string | undefined;
}

export interface ProvideOptions {
  ways: readonly Way[];
  /** The address that somebody gave. */
  given?: string | undefined;
  say: (line: string) => void;
  /** Is told of a server that was started, and must be removed in the end. */
  started: (server: Server) => void;
}

/** Provides a server by the ways that there are; rejects with a sentence that names it. */
export async function provideServer(
  name: ServerName,
  { ways, given, say, started }: ProvideOptions,
): Promise<ProvidedServer> {
  if (ways[0] === 'given') return useGiven(name, given!);
  const { title, greet, version } = RECIPES[name];
  try {
    const server = await startServer(name, ways, say);
    started(server);
    const { way, address } = server;
    return { way, address, version: version ?? (await greet(address)) };
  } catch (cause) {
    throw new Error(`${title} could not be started: ${reasonOf(cause)}`, { cause });
  }
}

async function useGiven(name: ServerName, address: string): Promise<ProvidedServer> {
  const { title, variable, greet } = RECIPES[name];
  try {
    return { way: 'given', address, version: await greet(address) };
  } catch (cause) {
    throw new Error(`${title} at ${variable} does not answer: ${reasonOf(cause)}`, { cause });
  }
}
