import { durationSchema, SERVICES } from '@waymark/contracts';
import { z } from 'zod';

/** One environment variable: what it is called, means and must look like. */
export interface Setting {
  readonly env: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Shown as `***` wherever the configuration is printed. */
  readonly secret?: boolean;
}

const integer = (min: number, max: number): z.ZodType<number> =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const targets = list.pipe(z.array(z.enum(['all', ...SERVICES])).min(1));

/** All settings, by their name in the configuration. The one table: parsing, printing and the docs come from it. */
export const SETTINGS = {
  target: {
    env: 'WAYMARK_TARGET',
    description:
      'Which services this process runs: `all`, or a list of `ingestion`, `journey-state`, `personalization`, `action-dispatch`.',
    schema: targets.default(['all']),
  },
  httpHost: {
    env: 'WAYMARK_HTTP_HOST',
    description: 'Address to listen on. The default is reachable from this machine only.',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  httpPort: {
    env: 'WAYMARK_HTTP_PORT',
    description: 'Port of all HTTP endpoints; 0 takes a free one.',
    schema: integer(0, 65535).default(8080),
  },
  dataDir: {
    env: 'WAYMARK_DATA_DIR',
    description: 'Folder of the embedded PostgreSQL and of `credentials.json`.',
    schema: z.string().min(1).default('.waymark'),
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    description:
      'An outside PostgreSQL (14 or newer) instead of the embedded one: `postgres://user:password@host:5432/database`.',
    schema: z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:port/database' })
      .optional(),
    secret: true,
  },
  redisUrl: {
    env: 'REDIS_URL',
    description:
      'A Redis (7 or newer) or Valkey for the hot customer context and the job queue, which else are in memory and in PostgreSQL: `redis://user:password@host:6379/0`, or `rediss://` for TLS.',
    schema: z.url({ protocol: /^rediss?$/, error: 'must be redis://user:password@host:port/number' }).optional(),
    secret: true,
  },
  kafkaBrokers: {
    env: 'KAFKA_BROKERS',
    description:
      'Kafka brokers, `host:port` separated by commas, for the log between the services, which else is in PostgreSQL. Makes the process one of a cluster: it needs `DATABASE_URL`, `REDIS_URL` and `WAYMARK_ADMIN_TOKEN`, keeps nothing on disk, and does not migrate the database by itself.',
    schema: list.pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1)).optional(),
  },
  kafkaTopicPrefix: {
    env: 'KAFKA_TOPIC_PREFIX',
    description: 'Put before the names of topics and consumer groups.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9._-]*$/, 'may have letters, digits, and . _ -')
      .default('waymark.'),
  },
  kafkaReplicationFactor: {
    env: 'KAFKA_REPLICATION_FACTOR',
    description: "Copies of each partition of topics made here. The brokers' own default when not given.",
    schema: integer(1, 9).optional(),
  },
  kafkaSsl: {
    env: 'KAFKA_SSL',
    description:
      'Whether connections to the brokers use TLS: `true` or `false`. `NODE_EXTRA_CA_CERTS` names further authorities.',
    schema: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(false),
  },
  kafkaSaslMechanism: {
    env: 'KAFKA_SASL_MECHANISM',
    description: 'How to sign in to the brokers: `plain`, `scram-sha-256` or `scram-sha-512`.',
    schema: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  },
  kafkaSaslUsername: {
    env: 'KAFKA_SASL_USERNAME',
    description: 'Who signs in to the brokers.',
    schema: z.string().min(1).optional(),
  },
  kafkaSaslPassword: {
    env: 'KAFKA_SASL_PASSWORD',
    description: 'The password for it.',
    schema: z.string().min(1).optional(),
    secret: true,
  },
  partitions: {
    env: 'WAYMARK_PARTITIONS',
    description: 'Partitions of every topic. Fixed when the data folder, or the topics, are made.',
    schema: integer(1, 64).default(4),
  },
  batchMax: {
    env: 'WAYMARK_BATCH_MAX',
    description: 'Records of one batch at most.',
    schema: integer(1, 10_000).default(500),
  },
  hotCustomersMax: {
    env: 'WAYMARK_HOT_CUSTOMERS_MAX',
    description: 'Customers whose context is kept in memory at most.',
    schema: integer(1, 10_000_000).default(50_000),
  },
  ingestQueueMax: {
    env: 'WAYMARK_INGEST_QUEUE_MAX',
    description: 'Accepted events waiting for the log at most; beyond it callers get 429 with Retry-After.',
    schema: integer(1, 1_000_000).default(20_000),
  },
  sendConcurrency: {
    env: 'WAYMARK_SEND_CONCURRENCY',
    description: 'Messages being handed over at the same time at most.',
    schema: integer(1, 1_000).default(32),
  },
  historyRetention: {
    env: 'WAYMARK_HISTORY_RETENTION',
    description:
      'How long the history of journeys, and instances that are over, are kept: an ISO 8601 duration of days, weeks, months or years. History goes by whole months. Who has entered which journey, and with which variant, is never forgotten.',
    schema: durationSchema
      .refine((text) => /[1-9]/.test(text) && !text.includes('T'), 'must be a day or longer, such as P90D or P13M')
      .default('P13M'),
  },
  egressAllow: {
    env: 'WAYMARK_EGRESS_ALLOW',
    description:
      'CIDRs that webhooks may reach though they are private or loopback addresses, separated by commas. None by default.',
    schema: list.pipe(z.array(z.union([z.cidrv4(), z.cidrv6()], 'must be CIDRs such as 10.1.0.0/16'))).default([]),
  },
  channelVariables: {
    env: 'WAYMARK_CHANNEL_VARIABLES',
    description:
      'Environment variables that channels may refer to by `{{ env.NAME }}`, separated by commas; a `*` at the end stands for any rest. Whoever applies a workspace can have their values sent out: name nothing else.',
    schema: list
      .pipe(z.array(z.string().regex(/^\w+\*?$/, 'must be names such as SMTP_URL or CHANNEL_*')))
      .default(['SMTP_URL', 'CHANNEL_*']),
  },
  writeKey: {
    env: 'WAYMARK_WRITE_KEY',
    description:
      'Write key of the first source. Made at the first start and kept in `credentials.json` when not given.',
    schema: z.string().min(16, 'must have at least 16 characters').optional(),
    secret: true,
  },
  adminToken: {
    env: 'WAYMARK_ADMIN_TOKEN',
    description:
      'Bearer token with the role `admin`. Made at the first start and kept in `credentials.json` when not given.',
    schema: z.string().min(16, 'must have at least 16 characters').optional(),
    secret: true,
  },
  tokens: {
    env: 'WAYMARK_TOKENS',
    description:
      'Further bearer tokens, `role:token` separated by commas; roles are `viewer`, `marketer`, `operator`, `admin`.',
    schema: list
      .pipe(
        z.array(
          z
            .string()
            .regex(
              /^(viewer|marketer|operator|admin):.{16,}$/,
              'must be role:token with a token of at least 16 characters',
            ),
        ),
      )
      .default([]),
    secret: true,
  },
  logLevel: {
    env: 'LOG_LEVEL',
    description: 'The least serious level that is logged.',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  },
  shutdownDeadlineMs: {
    env: 'WAYMARK_SHUTDOWN_DEADLINE_MS',
    description: 'Milliseconds after SIGTERM at which the process ends even if something is still open.',
    schema: integer(100, 600_000).default(20_000),
  },
  clockStart: {
    env: 'WAYMARK_CLOCK_START',
    description:
      'For demos and tests: the clock stands at this ISO 8601 instant and moves only by `PUT /api/clock`; its position is kept in the data folder.',
    schema: z.iso.datetime({ offset: true }).optional(),
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Config = { readonly [K in SettingName]: z.output<(typeof SETTINGS)[K]['schema']> };
