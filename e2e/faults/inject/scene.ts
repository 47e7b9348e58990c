import type { Cluster } from '../cluster/cluster.js';
import type { PostgresProxy } from '../servers/postgres-proxy.js';
import type { Servers } from '../servers/servers.js';

/** What faults happen to. */
export interface Scene {
  cluster: Cluster;
  servers: Servers;
  /** The round's database, past the proxy. */
  databaseUrl: string;
  proxy: PostgresProxy;
  topicPrefix: string;
  partitions: number;
  /** Where the round keeps what it has seen. */
  folder: string;
}
