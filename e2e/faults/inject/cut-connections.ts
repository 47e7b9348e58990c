import { administer } from '../servers/administer.js';
import { until } from '../until.js';

/** Connections that one fault ends. */
const CUT = 10;
const CUT_MS_MAX = 60_000;

/** Of the services' connections, those in a transaction that has written something. */
const END_ONE = `
  select pg_terminate_backend(pid) as ended from pg_stat_activity
  where datname = current_database() and application_name = 'waymark' and backend_xid is not null limit 1`;

/** Ends connections of the services in the middle of a transaction, one after the other. */
export async function cutConnections(databaseUrl: string): Promise<void> {
  let cut = 0;
  await until(`${CUT} connections to be in the middle of a transaction`, CUT_MS_MAX, async () => {
    const looks = Array.from({ length: 20 }, () => END_ONE);
    for (const look of looks) {
      const ended = await administer<{ ended: boolean }>(databaseUrl, look);
      cut += ended.length;
      if (cut >= CUT) return true;
    }
    return false;
  });
}
