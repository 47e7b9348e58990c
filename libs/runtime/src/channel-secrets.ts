import type { Config } from './settings.js';

/** Finds the value of an environment variable that a channel refers to; only of those that the configuration allows. */
export function channelSecrets(
  { channelVariables }: Pick<Config, 'channelVariables'>,
  env: Readonly<Record<string, string | undefined>>,
): (name: string) => string | undefined {
  const isAllowed = (name: string): boolean =>
    channelVariables.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  return (name) => (isAllowed(name) && Object.hasOwn(env, name) ? env[name] : undefined);
}
