import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Means } from './provision/choose-ways.js';
import type { ProvidedServer } from './provision/provide-server.js';
import type { ServerName } from './provision/server-name.js';

/** What the keeper of the run's servers (keep-servers.ts) tells the specs. */
export interface Keeper {
  url: string;
  means: Record<ServerName, Means>;
  /** Takes a line of JSON for each suite that is skipped. */
  skippedFile: string;
}

const OK = 200;

/** The keeper of this run; the global setup of the integration and e2e projects starts it. */
export function theKeeper(): Keeper {
  const keeper = process.env['TESTKIT_KEEPER'];
  if (keeper === undefined)
    throw new Error('there are no servers here: run this test in the integration or the e2e project');
  return JSON.parse(keeper) as Keeper;
}

/** A server of this run, started if nobody has asked for it before; rejects with a sentence that says what is missing. */
export async function askKeeper(name: ServerName): Promise<ProvidedServer> {
  const { url } = theKeeper();
  const { status, body } = await new Promise<{ status: number; body: string }>((answered, failed) => {
    const request = get(`${url}/${name}`, { agent: false }, (response) => {
      text(response).then((body) => answered({ status: response.statusCode!, body }), failed);
    });
    request.once('error', failed);
  });
  if (status !== OK) throw new Error(body);
  return JSON.parse(body) as ProvidedServer;
}
