/** The tables every service's batches need, in the service's schema: the same for all, so written once. */
export function batchTables(schema: string): string[] {
  return [
    `create schema if not exists ${schema}`,
    `create table ${schema}.progress (
      partition integer primary key,
      version bigint not null,
      next_offset bigint not null,
      next_sequence bigint not null,
      seen json not null
    ) with (fillfactor = 50)`,
    `create table ${schema}.outbox (
      partition integer not null,
      version bigint not null,
      outputs json not null,
      primary key (partition, version)
    )`,
    `create table ${schema}.resources (
      kind text not null,
      id text not null,
      version text not null,
      body json not null,
      primary key (kind, id, version)
    )`,
    `create table ${schema}.active_resources (
      partition integer not null,
      kind text not null,
      id text not null,
      version text not null,
      primary key (partition, kind, id)
    )`,
    `create table ${schema}.revisions (partition integer primary key, revision bigint not null)`,
  ];
}
