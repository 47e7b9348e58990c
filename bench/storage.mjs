import { ApiClient, applyFiles } from '../apps/cli/dist/index.js';
import { Database } from '../libs/postgres/dist/index.js';
import { parkedFloor } from './parked-floor.mjs';
import { ADMIN_TOKEN, WRITE_KEY, startPlatform } from './start-platform.mjs';
import { statementTimes } from './statement-times.mjs';
import { drained, send } from './traffic.mjs';

/**
 * What customers cost who are parked in the journeys of a workspace: bytes of their rows, and of those beside them, as the platform has
 * written them; and how long it takes to look for what is due among them. Beside it, in the same run, the floor: rows of an id and a moment.
 */
export async function storage({ workspace, dataDir, customers }) {
  const env = { WAYMARK_WRITE_KEY: WRITE_KEY, WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN };
  const { address, databaseUrl, endProcesses, endServers } = await startPlatform('standalone', dataDir, env);
  const client = new ApiClient({ url: address, token: ADMIN_TOKEN });
  await applyFiles(client, workspace, { dryRun: false });
  await send(address, cartsLeft(customers));
  await drained(client);
  await endProcesses();
  const database = await Database.connect({ url: databaseUrl, poolMax: 1, applicationName: 'bench-storage' });
  const { pool } = database;
  await parkedFloor(pool);
  await pool.query('vacuum (analyze) journey.instances, journey.ledgers, journey.history, public.parked_floor');
  const report = { ...(await sizes(pool)), ...(await statementTimes(pool)) };
  await database.close();
  await endServers();
  return report;
}

/** Everybody puts something into her cart, and hesitates: she waits in "abandoned-cart". */
function cartsLeft(customers) {
  return Array.from({ length: customers }, (_, nth) => ({
    type: 'track',
    userId: `customer-${nth}`,
    messageId: `cart-${nth}`,
    event: 'Product Added',
    properties: { product_id: 'yirgacheffe', name: 'Yirgacheffe 250 g', price: 12.5, quantity: 1, currency: 'EUR' },
  }));
}

const RELATIONS = `
  select c.relname as name, i.indrelid::regclass::text as of, pg_table_size(c.oid) as bytes, s.idx_scan as scans
  from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_stat_user_indexes s on s.indexrelid = c.oid
  where (c.relnamespace = 'journey'::regnamespace or c.relname like 'parked_floor%') and c.relkind in ('r', 'i')`;
const COUNTS = `
  select (select count(*) from journey.instances where active) as parked, (select count(*) from journey.instances) as instances,
    (select count(*) from journey.instances where due_at is not null) as timers, (select count(*) from journey.ledgers) as ledgers,
    (select count(*) from journey.history) as rows, (select sum(json_array_length(entries)) from journey.history) as entries,
    (select avg(octet_length(instance::text)) from journey.instances)::int as json,
    (select avg(octet_length(entries::text)) from journey.history)::int as history_json`;

async function sizes(pool) {
  const { rows: relations } = await pool.query(RELATIONS);
  const [counts] = (await pool.query(COUNTS)).rows;
  const bytes = (wanted) => relations.filter(wanted).reduce((sum, each) => sum + each.bytes, 0);
  const each = (total, by) => `${Math.round(total / by)} bytes`;
  const table = (name) => bytes((relation) => relation.of === null && relation.name === name);
  const indexesOf = (name) => relations.filter(({ of }) => of === name);
  const history = ({ name, of }) => (of ?? name).replace('journey.', '').startsWith('history');
  const floorBytes = bytes(({ name }) => name.startsWith('parked_floor'));
  const instanceBytes = table('instances') + bytes(({ of }) => of === 'journey.instances');
  return {
    parked: counts.parked,
    'a parked instance, its row': `${each(table('instances'), counts.instances)}, ${counts.json} of them JSON`,
    ...Object.fromEntries(
      indexesOf('journey.instances').map(({ name, bytes: size, scans }) => [
        `its index ${name}`,
        `${each(size, counts.instances)}, read ${scans} times`,
      ]),
    ),
    'a parked instance, all': each(instanceBytes, counts.instances),
    'floor: an id, a moment and their indexes': each(floorBytes, counts.instances),
    'parked instance to floor': `${(instanceBytes / floorBytes).toFixed(1)} : 1`,
    'a timer (in its instance, and an index)': each(
      8 * counts.timers + bytes(({ name }) => name === 'instances_due'),
      counts.timers,
    ),
    'an entry of history': `${each(bytes(history), counts.entries)}, ${counts.history_json} a row are JSON, ${(counts.entries / counts.rows).toFixed(2)} entries a row`,
    'a row of the entry ledger': each(table('ledgers') + bytes(({ of }) => of === 'journey.ledgers'), counts.ledgers),
  };
}
