import type { ErrorItem } from '@waymark/contracts';
import { SETTINGS, type Config, type SettingName } from './settings.js';

/** What a process of a cluster cannot be without: nothing is kept on its disk. */
const CLUSTER_NEEDS: readonly SettingName[] = ['databaseUrl', 'redisUrl', 'adminToken'];
const SASL: readonly SettingName[] = ['kafkaSaslMechanism', 'kafkaSaslUsername', 'kafkaSaslPassword'];

/** What is wrong with settings that are right one by one, but not together. */
export function conflictsOf(config: Config): ErrorItem[] {
  return [...ofCluster(config), ...ofSasl(config)];
}

function ofCluster(config: Config): ErrorItem[] {
  if (config.kafkaBrokers === undefined) return [];
  const takesEvents = config.target.includes('all') || config.target.includes('ingestion');
  const needed: SettingName[] = takesEvents ? [...CLUSTER_NEEDS, 'writeKey'] : [...CLUSTER_NEEDS];
  const missing = needed
    .filter((name) => config[name] === undefined)
    .map((name) => conflict(name, `must be set where KAFKA_BROKERS is`));
  if (config.clockStart !== undefined)
    missing.push(conflict('clockStart', 'cannot be used with KAFKA_BROKERS: a clock is held by one process'));
  return missing;
}

function ofSasl(config: Config): ErrorItem[] {
  if (SASL.every((name) => config[name] === undefined)) return [];
  return SASL.filter((name) => config[name] === undefined).map((name) =>
    conflict(name, `must be set where another of ${SASL.map((each) => SETTINGS[each].env).join(', ')} is`),
  );
}

function conflict(name: SettingName, says: string): ErrorItem {
  const { env } = SETTINGS[name];
  return { path: env, code: 'INVALID_CONFIGURATION', detail: `${env} ${says}` };
}
