import type { ServiceName } from '@waymark/contracts';
import { administer } from '../servers/administer.js';
import { until } from '../until.js';

/** Writes that are refused before there is room again. */
const REFUSALS = 5;
const REFUSED_MS_MAX = 120_000;

const SCHEMAS: Record<ServiceName, string> = {
  ingestion: 'ingestion',
  'journey-state': 'journey',
  personalization: 'personalization',
  'action-dispatch': 'dispatch',
};

/**
 * Lets writes to a service's outbox fail as they do on a full disk, by a trigger that raises what PostgreSQL raises then
 * (SQLSTATE 53100): to fill a disk for real takes the rights of an administrator. Refusals are counted by a sequence,
 * which is not taken back with the transaction.
 */
export async function fillDisk(databaseUrl: string, service: ServiceName): Promise<void> {
  const schema = SCHEMAS[service];
  const name = `disk_full_of_${schema}`;
  await administer(
    databaseUrl,
    `create sequence if not exists public.${name}`,
    `create or replace function public.${name}() returns trigger language plpgsql as $$
     begin
       perform nextval('public.${name}');
       raise exception 'could not extend file "base/16384/16421": No space left on device' using errcode = '53100';
     end $$`,
    `create trigger ${name} before insert on ${schema}.outbox for each statement execute function public.${name}()`,
  );
  const from = await refusals(databaseUrl, name);
  try {
    await until(`${REFUSALS} writes to the outbox of ${service}`, REFUSED_MS_MAX, async () => {
      return (await refusals(databaseUrl, name)) >= from + REFUSALS;
    });
  } finally {
    await administer(databaseUrl, `drop trigger ${name} on ${schema}.outbox`);
  }
}

async function refusals(databaseUrl: string, name: string): Promise<number> {
  const query = `select case when is_called then last_value else 0 end as count from public.${name}`;
  const [row] = await administer<{ count: string }>(databaseUrl, query);
  return Number(row!.count);
}
