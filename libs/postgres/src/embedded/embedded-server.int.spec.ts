import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { removeDataFolder, startEmbeddedServer, type EmbeddedServer } from './embedded-server.js';

const DEAD = spawnSync(process.execPath, ['--version']).pid;

let parent: string;
let path: string;
const running = new Set<EmbeddedServer>();

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'waymark-embedded-'));
  await chmod(parent, 0o711);
  path = join(parent, 'data');
});

afterEach(async () => {
  for (const server of running) await server.stop();
  running.clear();
  await rm(parent, { recursive: true, force: true, maxRetries: 3 });
}, 60_000);

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer(path);
  running.add(server);
  return server;
}

/** One statement on a connection of its own; resolves with the values of the first column. */
async function query({ url }: EmbeddedServer, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows.map(([first]) => first);
  } finally {
    await client.end();
  }
}

async function postmaster(): Promise<number> {
  return Number((await readFile(join(path, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** A killed process is there until the system has put it away. */
async function untilEnded(server: EmbeddedServer): Promise<void> {
  let problem: string | undefined;
  while (problem === undefined) problem = await server.problem();
  expect(problem).toContain('the embedded PostgreSQL has ended');
}

const lock = (): Promise<string> => readFile(join(path, 'lock'), 'utf8');

describe('the embedded PostgreSQL', () => {
  it('starts, stops cleanly, and has what it was given when it starts again', async () => {
    const first = await start();
    expect(await lock()).toBe(String(process.pid));
    await query(first, `create table kept as select 'Zoë' as name`);
    await first.stop();
    await expect(query(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await readdir(path)).sort()).toEqual(['data.json', 'postgres']);
    expect(await readdir(join(path, 'postgres'))).not.toContain('postmaster.pid');

    const second = await start();
    expect(await query(second, 'select name from kept')).toEqual(['Zoë']);
    await second.stop();
    await expect(second.stop()).resolves.toBeUndefined();
  }, 60_000);

  it('can be reached from this machine alone, with its password, and is durable (P4)', async () => {
    const server = await start();
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query({ ...server, url: wrong.href }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const settings = ['listen_addresses', 'unix_socket_directories', 'fsync', 'synchronous_commit', 'full_page_writes'];
    const found = await query(
      server,
      `select current_setting(name) from unnest('{${settings.join()}}'::text[]) as name`,
    );
    expect(found).toEqual(['127.0.0.1', '', 'on', 'on', 'on']);
  }, 60_000);

  it('has what was committed after it was killed, and nothing else', async () => {
    const first = await start();
    await query(first, 'create table kept (n int)');
    const open = new pg.Client({ connectionString: first.url });
    open.on('error', () => undefined);
    await open.connect();
    await open.query('begin');
    await open.query('insert into kept values (2)');
    await query(first, 'insert into kept values (1)');
    process.kill(await postmaster(), 'SIGKILL');

    const second = await start();
    expect(await query(second, 'select n from kept')).toEqual([1]);
  }, 60_000);

  it('starts when somebody it served is still busy after it was killed', async () => {
    const first = await start();
    const busy = new pg.Client({ connectionString: first.url });
    busy.on('error', () => undefined);
    await busy.connect();
    const counting = busy.query('select count(*) from generate_series(1, 5000000)').catch((error: Error) => error);
    const counted = `select 1 from pg_stat_activity where query like 'select count%' and state = 'active'`;
    while ((await query(first, counted)).length === 0) continue;
    process.kill(await postmaster(), 'SIGKILL');
    const second = await start();
    expect(await query(second, 'select 1')).toEqual([1]);
    await counting;
  }, 60_000);

  it('is stopped by a start when it runs on because its Waymark was killed', async () => {
    const orphan = await startEmbeddedServer(path);
    await query(orphan, 'create table kept as select 1 as n');
    const before = await postmaster();
    await writeFile(join(path, 'lock'), String(DEAD));

    const server = await start();
    expect(await query(server, 'select n from kept')).toEqual([1]);
    expect(await postmaster()).not.toBe(before);
    await expect(query(orphan, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }, 60_000);

  it('tells that it was killed; it is taken for stopped then, and its folder is free again', async () => {
    const server = await start();
    expect(await server.problem()).toBeUndefined();
    process.kill(await postmaster(), 'SIGKILL');
    await untilEnded(server);
    await server.stop();
    await expect(lock()).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);
});

describe('a data folder that is not as it should be', () => {
  it('is made anew when it was half made: it has never held anything', async () => {
    await mkdir(join(path, 'postgres', 'base'), { recursive: true });
    await mkdir(join(path, 'postgres.new-abc', 'global'), { recursive: true });
    await writeFile(join(path, 'postgres.new-abc', 'PG_VERSION'), '18\n');
    await writeFile(join(path, 'postgres.new-abc-password'), 'secret');
    await writeFile(join(path, 'data.json'), '');
    const server = await start();
    expect(await query(server, 'select 1')).toEqual([1]);
    expect((await readdir(path)).sort()).toEqual(['data.json', 'lock', 'postgres']);
  }, 60_000);

  it('is left alone while another process uses it', async () => {
    await mkdir(path);
    await writeFile(join(path, 'lock'), String(process.ppid));
    await expect(startEmbeddedServer(path)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
    expect(await readdir(path)).toEqual(['lock']);
    expect(await lock()).toBe(String(process.ppid));
  });

  it('is left alone, and let go of, when it is of another version', async () => {
    await mkdir(join(path, 'postgres'), { recursive: true });
    await writeFile(join(path, 'postgres', 'PG_VERSION'), '17\n');
    await writeFile(join(path, 'data.json'), JSON.stringify({ layout: 1, postgres: 17, password: 'secret' }));
    await expect(startEmbeddedServer(path)).rejects.toMatchObject({ code: 'DATA_FOLDER_VERSION' });
    expect((await readdir(path)).sort()).toEqual(['data.json', 'postgres']);
    expect(await readdir(join(path, 'postgres'))).toEqual(['PG_VERSION']);
  });

  it('does not start with another password than its own, and leaves no server behind', async () => {
    await (await start()).stop();
    await writeFile(join(path, 'data.json'), JSON.stringify({ layout: 1, postgres: 18, password: 'another' }));
    await expect(startEmbeddedServer(path)).rejects.toMatchObject({ message: expect.stringContaining('password') });
    expect(await readdir(join(path, 'postgres'))).not.toContain('postmaster.pid');
    expect(await readdir(path)).not.toContain('lock');
  }, 60_000);

  it('says why it does not start now, and not why it did not once', async () => {
    await (await start()).stop();
    const folder = join(path, 'postgres');
    await appendFile(join(folder, 'server.log'), 'FATAL:  could not write to file "x": No space left on device\n');
    await rename(join(folder, 'postgresql.conf'), join(folder, 'kept.conf'));
    await expect(startEmbeddedServer(path)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `the embedded PostgreSQL did not do as told (pg_ctl start); its log is ${join(folder, 'server.log')}`,
    });
    await rename(join(folder, 'kept.conf'), join(folder, 'postgresql.conf'));
    expect(await query(await start(), 'select 1')).toEqual([1]);
  }, 60_000);
});

describe('removing a data folder', () => {
  it('stops the server that a killed process left running there', async () => {
    const left = await start();
    await writeFile(join(path, 'lock'), String(DEAD));
    await removeDataFolder(path);
    await expect(query(left, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await readdir(parent)).toEqual([]);
    running.clear();
  }, 60_000);

  it('removes nothing while another process uses it', async () => {
    await mkdir(path);
    await writeFile(join(path, 'lock'), String(process.ppid));
    await expect(removeDataFolder(path)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
    expect(await readdir(path)).toEqual(['lock']);
  });

  it('is done where there is none', async () => {
    await removeDataFolder(path);
    expect(await readdir(parent)).toEqual([]);
  });
});
