import { Database } from '@waymark/postgres';

/** Brings an outside database's schemas up to date; resolves with the migrations that were missing. Rejects as `Database.migrate` does. */
export async function migrateDatabase(url: string): Promise<string[]> {
  const database = await Database.connect({ url, poolMax: 2, applicationName: 'waymark-migrate' });
  try {
    const { missing } = await database.schemaState();
    await database.migrate();
    return missing;
  } finally {
    await database.close();
  }
}
