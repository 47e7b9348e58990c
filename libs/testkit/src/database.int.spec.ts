import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@waymark/postgres';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const NEWEST = 'JourneyRefusals1764000000060';
let test: TestDatabase;
const opened: Database[] = [];

beforeEach(async () => {
  test = await createTestDatabase({ migrated: false });
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  await test.drop();
});

/** A connection of another process, as it were. */
async function connect(url = test.url): Promise<Database> {
  const database = await Database.connect({ url, poolMax: 2, applicationName: 'another' });
  opened.push(database);
  return database;
}

async function migrations(): Promise<string[]> {
  const { rows } = await test.database.pool.query<{ name: string }>('select name from waymark_migrations order by id');
  return rows.map(({ name }) => name);
}

async function locks(): Promise<number> {
  const query = `select count(*)::int as held from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
  return (await test.database.pool.query<{ held: number }>(query)).rows[0]!.held;
}

describe('migrating', () => {
  it('applies every migration once, in order, when several processes begin at the same time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => connect()));
    const all = [test.database, ...others];
    await Promise.all(all.map((database) => database.migrate()));
    const names = await migrations();
    expect(names.at(-1)).toBe(NEWEST);
    expect(names).toEqual([...new Set(names)]);
    const numbers = names.map((name) => Number(/\d+$/.exec(name)![0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(await locks()).toBe(0);
  });

  it('does nothing the second time', async () => {
    await test.database.migrate();
    const before = await migrations();
    await test.database.migrate();
    expect(await migrations()).toEqual(before);
  });

  it('is refused, and changes nothing, when a newer Waymark has migrated the database', async () => {
    await test.database.migrate();
    await test.database.pool.query(`delete from waymark_migrations where name = '${NEWEST}'`);
    await test.database.pool.query(`insert into waymark_migrations (timestamp, name) values (9, 'Later1999')`);
    const before = await migrations();
    const refused = (await connect()).migrate();
    await expect(refused).rejects.toMatchObject({
      code: 'DATA_FOLDER_VERSION',
      message:
        'the database was migrated by a newer Waymark (Later1999 is not known here): start that version, or restore a backup made before it',
    });
    expect(await migrations()).toEqual(before);
    expect(await locks()).toBe(0);
  });

  it('takes back a migration that fails, says so, and can be done again', async () => {
    await test.database.pool.query('create schema dispatch');
    await test.database.pool.query('create table dispatch.inbox (mine text)');
    await expect(test.database.migrate()).rejects.toMatchObject({ code: 'DEFECT' });
    expect(await locks()).toBe(0);
    const { rows } = await test.database.pool.query(`select tablename from pg_tables where schemaname = 'dispatch'`);
    expect(rows).toEqual([{ tablename: 'inbox' }]);
    await test.database.pool.query('drop table dispatch.inbox');
    await test.database.migrate();
    expect((await migrations()).at(-1)).toBe(NEWEST);
  });
});

describe('connecting', () => {
  it('says that there is no server', async () => {
    await expect(connect('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'the database cannot be used now: ECONNREFUSED (PostgreSQL at 127.0.0.1:1)',
    });
  });

  it('gives 64-bit integers as numbers', async () => {
    const { rows } = await test.database.pool.query(
      'select 9007199254740991::bigint as n, count(*) as c from pg_class where false',
    );
    expect(rows).toEqual([{ n: 9_007_199_254_740_991, c: 0 }]);
  });

  it('tells whether the database answers', async () => {
    expect(await test.database.problem()).toBeUndefined();
    const closed = await connect();
    await opened.pop()!.close();
    expect(await closed.problem()).toMatch(/^PostgreSQL does not answer: /);
  });
});

describe('a database that somebody else migrates', () => {
  it('is not ready before it is', async () => {
    const missing = test.database.checkMigrated();
    await expect(missing).rejects.toMatchObject({
      code: 'NOT_READY',
      kind: 'transient',
      message: expect.stringMatching(/^the database lacks \d+ migration\(s\), Log\d+ first: run `waymark migrate`/),
    });
    await test.database.migrate();
    expect(await test.database.checkMigrated()).toEqual([]);
  });

  it('may be one migration ahead, so that an upgrade can be taken back: newer versions first only add', async () => {
    await test.database.migrate();
    await test.database.pool.query(`insert into waymark_migrations (timestamp, name) values (9, 'Later1999')`);
    expect(await test.database.checkMigrated()).toEqual(['Later1999']);
  });

  it('is refused once a newer version has taken away what this one needs', async () => {
    await test.database.migrate();
    await test.database.pool.query(`insert into waymark_migrations (timestamp, name) values (9, 'ContractOutbox9')`);
    await expect(test.database.checkMigrated()).rejects.toMatchObject({
      code: 'DATA_FOLDER_VERSION',
      message: expect.stringContaining('ContractOutbox9 is not known here'),
    });
  });
});
