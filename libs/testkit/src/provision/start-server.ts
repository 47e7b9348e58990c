import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Way } from './choose-ways.js';
import { ContainerServer } from './container-server.js';
import { freePort } from './free-port.js';
import { NativeServer } from './native-server.js';
import { own, removeFolder } from './reaper.js';
import { reasonOf } from './reason-of.js';
import { RECIPES } from './recipes.js';
import type { Server } from './server.js';
import type { ServerName } from './server-name.js';

/**
 * Starts a server of our own by the first of the ways that succeeds, and says in a line why one did not. Rejects with the
 * reason of the last one.
 */
export async function startServer(
  name: ServerName,
  ways: readonly Way[],
  say: (line: string) => void,
): Promise<Server> {
  const [way, ...others] = ways.filter((each) => each !== 'given');
  try {
    if (way === 'docker') return await ContainerServer.create(RECIPES[name]);
    return await startNative(name);
  } catch (error) {
    if (others.length === 0) throw error;
    const { title, image } = RECIPES[name];
    say(`${title}: Docker cannot provide ${image}, so it is started natively: ${reasonOf(error)}`);
    return startServer(name, others, say);
  }
}

async function startNative(name: ServerName): Promise<NativeServer> {
  const recipe = RECIPES[name];
  const folder = await mkdtemp(join(tmpdir(), `waymark-test-${name}-`));
  own('folder', folder);
  let server: NativeServer | undefined;
  try {
    const { program, address } = await recipe.native({ host: '127.0.0.1', port: await freePort() }, folder);
    server = new NativeServer({ program, address, folder, greet: () => recipe.greet(address) });
    await server.start();
    return server;
  } catch (error) {
    if (server) await server.remove();
    else await removeFolder(folder);
    throw error;
  }
}
