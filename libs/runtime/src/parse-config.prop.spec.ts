import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import fc from 'fast-check';
import { parseConfig, redactedConfig } from './parse-config.js';
import { SETTINGS } from './settings.js';

/** Long enough not to be in any text by chance. */
const core = fc.stringMatching(/^[A-Za-z0-9]{20,24}$/);
const SECRETS = {
  databaseUrl: (secret: string) => `postgres://waymark:${secret}@db:5432/waymark`,
  redisUrl: (secret: string) => `redis://waymark:${secret}@cache:6379/0`,
  kafkaSaslPassword: (secret: string) => secret,
  writeKey: (secret: string) => secret,
  adminToken: (secret: string) => secret,
  tokens: (secret: string) => `viewer:${secret},admin:${secret}x`,
};
/** What a password for the brokers is never given without. */
const SIGN_IN = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'waymark' };
const NAMES = Object.keys(SECRETS) as (keyof typeof SECRETS)[];
const given = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, core])) as Record<keyof typeof SECRETS, typeof core>,
  {
    requiredKeys: [],
  },
);

/** How somebody can get a secret wrong, so that it is refused. */
const WRONG: Record<keyof typeof SECRETS, (secret: string) => string> = {
  databaseUrl: (secret) => `mysql://waymark:${secret}@db/waymark`,
  redisUrl: (secret) => `memcached://waymark:${secret}@cache`,
  kafkaSaslPassword: (secret) => secret,
  writeKey: (secret) => secret.slice(0, 15),
  adminToken: (secret) => secret.slice(0, 15),
  tokens: (secret) => `owner:${secret}`,
};

describe('secrets', () => {
  it('are all of the settings that this specification looks at', () => {
    const marked = Object.entries(SETTINGS).filter(([, setting]) => 'secret' in setting);
    expect(marked.map(([name]) => name).sort()).toEqual([...NAMES].sort());
  });

  it('are never shown with the configuration', () => {
    fc.assert(
      fc.property(given, (secrets) => {
        const entries = Object.entries(secrets) as [keyof typeof SECRETS, string][];
        const env = Object.fromEntries(entries.map(([name, secret]) => [SETTINGS[name].env, SECRETS[name](secret)]));
        const shown = redactedConfig(parseConfig(secrets.kafkaSaslPassword ? { ...SIGN_IN, ...env } : env));
        for (const [name, secret] of entries) {
          expect(shown[SETTINGS[name].env]).toBe('***');
          expect(JSON.stringify(shown)).not.toContain(secret);
        }
      }),
    );
  });

  it('are never told with what is wrong with them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), core, (name, secret) => {
        const told = (): unknown => parseConfig({ [SETTINGS[name].env]: WRONG[name](secret) });
        expect(told).toThrow(WaymarkError);
        expect(told).toThrow(expect.objectContaining({ message: expect.not.stringContaining(secret.slice(0, 15)) }));
      }),
    );
  });
});
