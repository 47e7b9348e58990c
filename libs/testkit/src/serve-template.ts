/**
 * Serves the template database of a test run: prints its URL when it is migrated, stops when its input ends. A process of
 * its own, because the test runner's setup cannot load this project's sources.
 */
import { Database, startEmbeddedServer } from '@waymark/postgres';

const dataDir = process.env['WAYMARK_TEST_DATA'];
const server = dataDir === undefined ? undefined : await startEmbeddedServer(dataDir);
const url = server?.url ?? process.env['WAYMARK_TEST_DATABASE_URL'];
if (url === undefined) throw new Error('WAYMARK_TEST_DATA or WAYMARK_TEST_DATABASE_URL must be set');

const database = await Database.connect({ url, poolMax: 2, applicationName: 'waymark-test-template' });
await database.migrate();
await database.close();
process.stdout.write(`${url}\n`);

process.stdin.resume();
process.stdin.once('end', () => void server?.stop());
