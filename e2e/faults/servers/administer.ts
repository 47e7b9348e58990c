import pg from 'pg';

/** Runs statements one after the other on a connection of its own; resolves with the rows of the last. */
export async function administer<R>(url: string, ...statements: string[]): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  // What goes wrong rejects the statement as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: R[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as R[];
    return rows;
  } finally {
    await client.end();
  }
}
