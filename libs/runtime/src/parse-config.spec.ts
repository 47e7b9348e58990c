import { describe, expect, it } from '@jest/globals';
import type { ErrorItem, WaymarkError } from '@waymark/contracts';
import { parseConfig, redactedConfig } from './parse-config.js';
import { SETTINGS, type Config, type SettingName } from './settings.js';

type Env = Parameters<typeof parseConfig>[0];

/** The problems of an environment, each with its variable. */
function problemsOf(env: Env): readonly ErrorItem[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', kind: 'invalid' });
    return (error as WaymarkError).errors;
  }
}

const TOKEN = 'a-token-of-16-ch';
const SASL = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'waymark', KAFKA_SASL_PASSWORD: 'p' };
const CLUSTER = {
  KAFKA_BROKERS: 'kafka:9092',
  DATABASE_URL: 'postgres://db/waymark',
  REDIS_URL: 'redis://cache',
  WAYMARK_ADMIN_TOKEN: TOKEN,
  WAYMARK_WRITE_KEY: TOKEN,
};
/** What a setting is never given without. */
const companionsOf = (name: SettingName): Env =>
  name === 'kafkaBrokers' ? CLUSTER : name.startsWith('kafkaSasl') ? SASL : {};

/** For each setting what is taken, with what it becomes, and what is not. */
const CASES: { [K in SettingName]: { good: [string, Config[K]][]; bad: string[] } } = {
  target: {
    good: [
      ['all', ['all']],
      ['ingestion', ['ingestion']],
      [' journey-state , action-dispatch,', ['journey-state', 'action-dispatch']],
    ],
    bad: ['everything', 'ingestion,journeys', ',', 'ALL'],
  },
  httpHost: { good: [['0.0.0.0', '0.0.0.0']], bad: [] },
  httpPort: {
    good: [
      ['0', 0],
      ['65535', 65_535],
    ],
    bad: ['65536', '-1', '80.5', 'eighty', '0x50', '1e3', ' 80'],
  },
  dataDir: { good: [['/var/lib/waymark', '/var/lib/waymark']], bad: [] },
  databaseUrl: {
    good: [
      ['postgres://u:p@db:5432/waymark', 'postgres://u:p@db:5432/waymark'],
      ['postgresql://db/waymark', 'postgresql://db/waymark'],
    ],
    bad: ['mysql://db/waymark', 'db:5432', 'http://postgres', 'xpostgres://db'],
  },
  redisUrl: {
    good: [
      ['redis://:secret@cache:6379/0', 'redis://:secret@cache:6379/0'],
      ['rediss://cache', 'rediss://cache'],
    ],
    bad: ['cache:6379', 'http://cache', 'memcached://cache'],
  },
  kafkaBrokers: { good: [['a:9092, b:9092', ['a:9092', 'b:9092']]], bad: ['a', 'a:b', ',', 'kafka://a:9092'] },
  kafkaTopicPrefix: { good: [['shop-1.eu_', 'shop-1.eu_']], bad: ['shop/', 'Ä', 'a b'] },
  kafkaReplicationFactor: { good: [['3', 3]], bad: ['0', '10', 'three'] },
  kafkaSsl: {
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['yes', '1', 'TRUE'],
  },
  kafkaSaslMechanism: { good: [['scram-sha-512', 'scram-sha-512']], bad: ['SCRAM-SHA-512', 'gssapi'] },
  kafkaSaslUsername: { good: [['waymark', 'waymark']], bad: [] },
  kafkaSaslPassword: { good: [['p', 'p']], bad: [] },
  partitions: {
    good: [
      ['1', 1],
      ['64', 64],
    ],
    bad: ['0', '65', 'four'],
  },
  batchMax: {
    good: [
      ['1', 1],
      ['10000', 10_000],
    ],
    bad: ['0', '10001'],
  },
  hotCustomersMax: {
    good: [
      ['1', 1],
      ['10000000', 10_000_000],
    ],
    bad: ['0', '10000001'],
  },
  ingestQueueMax: {
    good: [
      ['1', 1],
      ['1000000', 1_000_000],
    ],
    bad: ['0', '1000001'],
  },
  historyRetention: {
    good: [
      ['P1D', 'P1D'],
      ['P2Y6M', 'P2Y6M'],
      ['P90D', 'P90D'],
    ],
    bad: ['13', 'P0D', 'PT24H', 'P1DT1H', 'P13M ', 'P999Y'],
  },
  sendConcurrency: {
    good: [
      ['1', 1],
      ['1000', 1_000],
    ],
    bad: ['0', '1001'],
  },
  egressAllow: {
    good: [
      ['10.1.0.0/16', ['10.1.0.0/16']],
      ['127.0.0.1/32, ::1/128', ['127.0.0.1/32', '::1/128']],
    ],
    bad: ['10.1.0.0', '10.1.0.0/33', '10.1.0.0/16,localhost', '300.0.0.0/8'],
  },
  channelVariables: {
    good: [
      ['SMTP_URL', ['SMTP_URL']],
      ['MAIL_*, PARTNER_URL', ['MAIL_*', 'PARTNER_URL']],
    ],
    bad: ['MAIL-URL', '*_URL', 'A B'],
  },
  writeKey: { good: [[TOKEN, TOKEN]], bad: ['fifteen-letters'] },
  adminToken: { good: [[TOKEN, TOKEN]], bad: ['fifteen-letters'] },
  tokens: {
    good: [
      [`viewer:${TOKEN}`, [`viewer:${TOKEN}`]],
      [
        `marketer:${TOKEN}, operator:${TOKEN},admin:${TOKEN}`,
        ['marketer', 'operator', 'admin'].map((r) => `${r}:${TOKEN}`),
      ],
    ],
    bad: [TOKEN, 'viewer:short', `owner:${TOKEN}`, `viewer:${TOKEN},${TOKEN}`],
  },
  logLevel: {
    good: [
      ['trace', 'trace'],
      ['silent', 'silent'],
    ],
    bad: ['verbose', 'INFO'],
  },
  shutdownDeadlineMs: {
    good: [
      ['100', 100],
      ['600000', 600_000],
    ],
    bad: ['99', '600001'],
  },
  clockStart: {
    good: [
      ['2026-03-02T09:00:00Z', '2026-03-02T09:00:00Z'],
      ['2026-03-02T09:00:00+01:00', '2026-03-02T09:00:00+01:00'],
    ],
    bad: ['2026-03-02', '2026-03-02T09:00:00', 'now', '2026-02-30T00:00:00Z'],
  },
};
const NAMES = Object.keys(SETTINGS) as SettingName[];
const good = NAMES.flatMap((name) => CASES[name].good.map(([text, value]) => [name, text, value] as const));
const bad = NAMES.flatMap((name) => CASES[name].bad.map((text) => [name, text] as const));

describe('settings', () => {
  it.each(good)('%s takes %j', (name, text, value) => {
    expect(parseConfig({ ...companionsOf(name), [SETTINGS[name].env]: text })[name]).toEqual(value);
  });

  it.each(bad)('%s does not take %j, and says what it means', (name, text) => {
    const { env, description } = SETTINGS[name];
    expect(problemsOf({ [env]: text })).toContainEqual({
      path: env,
      code: 'INVALID_CONFIGURATION',
      detail: expect.stringMatching(new RegExp(`^${env}: .+`)),
    });
    expect(problemsOf({ [env]: text })[0]?.detail).toContain(description);
  });

  it('have defaults that work without any variable', () => {
    expect(parseConfig({})).toMatchObject({
      target: ['all'],
      httpHost: '127.0.0.1',
      httpPort: 8080,
      partitions: 4,
      egressAllow: [],
      channelVariables: ['SMTP_URL', 'CHANNEL_*'],
      tokens: [],
      logLevel: 'info',
      shutdownDeadlineMs: 20_000,
    });
  });

  it('that are empty are not given', () => {
    const empty = Object.fromEntries(NAMES.map((name) => [SETTINGS[name].env, '']));
    expect(parseConfig(empty)).toEqual(parseConfig({}));
  });

  it('are each called by a variable of its own', () => {
    expect(new Set(NAMES.map((name) => SETTINGS[name].env)).size).toBe(NAMES.length);
  });
});

describe('the configuration', () => {
  it('tells all its problems at once', () => {
    const env = {
      WAYMARK_HTTP_PORT: 'eighty',
      WAYMARK_PARTITION: '3',
      WAYMARK_EGRESS_ALLOW: 'localhost,10.0.0.0',
      LOG_LEVEL: 'loud',
    };
    expect(problemsOf(env).map(({ path }) => path)).toEqual([
      'WAYMARK_PARTITION',
      'WAYMARK_HTTP_PORT',
      'WAYMARK_EGRESS_ALLOW',
      'WAYMARK_EGRESS_ALLOW',
      'LOG_LEVEL',
    ]);
    expect(() => parseConfig(env)).toThrow(
      /^the configuration has 5 problem\(s\):\n {2}WAYMARK_PARTITION .*\n {2}WAYMARK_HTTP_PORT: must be a whole number/,
    );
  });

  it.each([
    ['WAYMARK_PARTITION', 'WAYMARK_PARTITIONS'],
    ['WAYMARK_HTTP_PROT', 'WAYMARK_HTTP_PORT'],
    ['WAYMARK_ADMIN_TOKENS', 'WAYMARK_ADMIN_TOKEN'],
    ['WAYMARK_DATADIR', 'WAYMARK_DATA_DIR'],
    ['WAYMARK_http_host', 'WAYMARK_HTTP_HOST'],
  ])('%s is not known: %s was meant', (given, meant) => {
    expect(problemsOf({ [given]: 'x' })).toEqual([
      {
        path: given,
        code: 'INVALID_CONFIGURATION',
        detail: `${given} is not a setting; did you mean ${meant}?`,
      },
    ]);
  });

  it('lets alone what belongs to others, and to its own command line', () => {
    expect(problemsOf({ PATH: '/bin', DATABASE_URLS: 'x', WAYMARK_URL: 'http://127.0.0.1' })).toEqual([]);
  });
});

describe('settings that belong together', () => {
  it.each(['DATABASE_URL', 'REDIS_URL', 'WAYMARK_ADMIN_TOKEN', 'WAYMARK_WRITE_KEY'])(
    'a process of a cluster cannot be without %s',
    (name) => {
      expect(problemsOf({ ...CLUSTER, [name]: '' })).toEqual([
        { path: name, code: 'INVALID_CONFIGURATION', detail: `${name} must be set where KAFKA_BROKERS is` },
      ]);
    },
  );

  it('a process that takes no events needs no write key', () => {
    expect(problemsOf({ ...CLUSTER, WAYMARK_TARGET: 'journey-state', WAYMARK_WRITE_KEY: '' })).toEqual([]);
  });

  it('a clock is not held by a process of a cluster', () => {
    const problems = problemsOf({ ...CLUSTER, WAYMARK_CLOCK_START: '2026-03-02T00:00:00Z' });
    expect(problems.map(({ path }) => path)).toEqual(['WAYMARK_CLOCK_START']);
  });

  it.each(Object.keys(SASL))('whoever signs in to the brokers needs %s', (name) => {
    expect(problemsOf({ ...SASL, [name]: '' }).map(({ path }) => path)).toEqual([name]);
  });
});

describe('the configuration for people', () => {
  it('is by variable name, with what is not set as null', () => {
    const shown = redactedConfig(parseConfig({ WAYMARK_HTTP_PORT: '0' }));
    expect(Object.keys(shown)).toEqual(NAMES.map((name) => SETTINGS[name].env));
    expect(shown).toMatchObject({ WAYMARK_HTTP_PORT: 0, DATABASE_URL: null, WAYMARK_ADMIN_TOKEN: null });
  });
});
