import { distance } from 'fastest-levenshtein';
import { WaymarkError, type ErrorItem } from '@waymark/contracts';
import { conflictsOf } from './settings-together.js';
import { SETTINGS, type Config, type Setting, type SettingName } from './settings.js';

const NAMES = Object.keys(SETTINGS) as SettingName[];

/**
 * The configuration from environment variables. Throws INVALID_CONFIGURATION with every problem at once; a
 * `WAYMARK_` variable nobody knows is one of them.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const errors: ErrorItem[] = unknownSettings(env);
  const config: Record<string, unknown> = {};
  for (const name of NAMES) {
    const setting: Setting = SETTINGS[name];
    const given = env[setting.env];
    const parsed = setting.schema.safeParse(given === '' ? undefined : given);
    if (parsed.success) config[name] = parsed.data;
    else errors.push(...parsed.error.issues.map((issue) => problem(setting, issue.message)));
  }
  if (errors.length === 0) errors.push(...conflictsOf(config as Config));
  if (errors.length > 0) {
    const lines = errors.map((error) => `  ${error.detail}`).join('\n');
    throw new WaymarkError('INVALID_CONFIGURATION', `the configuration has ${errors.length} problem(s):\n${lines}`, {
      errors,
    });
  }
  return config as Config;
}

/** The effective configuration for people to read: by variable name, secrets as `***`. */
export function redactedConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    NAMES.map((name) => {
      const setting: Setting = SETTINGS[name];
      const value = config[name];
      return [setting.env, setting.secret && value !== undefined ? '***' : (value ?? null)];
    }),
  );
}

function problem(setting: Setting, message: string): ErrorItem {
  return {
    path: setting.env,
    code: 'INVALID_CONFIGURATION',
    detail: `${setting.env}: ${message}. ${setting.description}`,
  };
}

function unknownSettings(env: Readonly<Record<string, string | undefined>>): ErrorItem[] {
  const known = NAMES.map((name): string => SETTINGS[name].env);
  return Object.keys(env)
    .filter((key) => key.startsWith('WAYMARK_') && !known.includes(key) && !CLIENT_VARIABLES.includes(key))
    .map((key) => {
      const closest = known.reduce((a, b) => (distance(key, a) <= distance(key, b) ? a : b));
      return { path: key, code: 'INVALID_CONFIGURATION', detail: `${key} is not a setting; did you mean ${closest}?` };
    });
}

/** Read by the command line when it talks to a running system, and by the tests: not settings of the platform. */
const CLIENT_VARIABLES = [
  'WAYMARK_URL',
  'WAYMARK_TEST_DATABASE_URL',
  'WAYMARK_TEST_REDIS_URL',
  'WAYMARK_TEST_KAFKA_BROKERS',
];
