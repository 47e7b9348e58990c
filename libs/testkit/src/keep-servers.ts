/**
 * Keeps the servers of a test run; a process of its own, because the test runner's setup cannot load this project's sources.
 *
 * It prints a line of JSON, what specs are told ({@link Keeper}), then answers GET /postgres, /redis and /kafka: the first
 * to ask for a server has it started, the others wait for the same one. It ends when its input does, which is when the
 * runner ends it or ends itself, however that comes about: it says what was used and what was skipped, and removes what it
 * has started. If it is killed itself, the reaper does (provision/reaper.ts).
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@waymark/postgres';
import type { Keeper } from './ask-keeper.js';
import { chooseWays } from './provision/choose-ways.js';
import { findMeans } from './provision/find-means.js';
import { provideServer, type ProvidedServer } from './provision/provide-server.js';
import { own, removeFolder } from './provision/reaper.js';
import { RECIPES, explainMissing } from './provision/recipes.js';
import type { Server } from './provision/server.js';
import { SERVER_NAMES, type ServerName } from './provision/server-name.js';
import { summarise, type SkippedSuite } from './provision/summarise.js';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
// Ctrl-C reaches the runner too, whose end is ours.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const folder = await mkdtemp(join(tmpdir(), 'waymark-test-'));
own('folder', folder);
const skippedFile = join(folder, 'skipped');
const means = await findMeans(process.env, say);
const asked = new Map<ServerName, Promise<ProvidedServer>>();
const used = new Map<ServerName, ProvidedServer>();
const started: Server[] = [];

/** As for {@link provideServer}; PostgreSQL's database is migrated, as a template of others. */
async function provide(name: ServerName): Promise<ProvidedServer> {
  const ways = chooseWays(means[name]);
  if (ways.length === 0) throw new Error(explainMissing(name));
  const given = process.env[RECIPES[name].variable];
  const server = await provideServer(name, { ways, given, say, started: (one) => void started.push(one) });
  if (name === 'postgres') await migrate(server.address);
  used.set(name, server);
  return server;
}

async function migrate(url: string): Promise<void> {
  const database = await Database.connect({ url, poolMax: 2, applicationName: 'waymark-test-template' });
  await database.migrate();
  await database.close();
}

const server = createServer((request, response) => {
  const name = SERVER_NAMES.find((each) => request.url === `/${each}`);
  if (name === undefined) return response.writeHead(404).end();
  if (!asked.has(name)) asked.set(name, provide(name));
  asked.get(name)!.then(
    (provided) => response.end(JSON.stringify(provided)),
    (error: Error) => response.writeHead(503).end(error.message),
  );
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const keeper: Keeper = { url: `http://127.0.0.1:${port}`, means, skippedFile };
  process.stdout.write(`${JSON.stringify(keeper)}\n`);
});

async function skippedSuites(): Promise<SkippedSuite[]> {
  if (!existsSync(skippedFile)) return [];
  const lines = (await readFile(skippedFile, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as SkippedSuite);
}

process.stdin.resume();
process.stdin.once('end', async () => {
  server.close();
  await Promise.allSettled(asked.values());
  for (const line of summarise(used, await skippedSuites())) say(line);
  await Promise.all(started.map((one) => one.remove()));
  await removeFolder(folder);
  process.exit();
});
