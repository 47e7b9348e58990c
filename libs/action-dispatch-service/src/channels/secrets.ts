import { WaymarkError, type Channel } from '@waymark/contracts';

/** Finds a secret by the name of its environment variable. */
export type Secrets = (name: string) => string | undefined;

const REFERENCE = /\{\{\s*env\.(\w+)\s*\}\}/g;

/** Puts secrets where a channel refers to them by `{{ env.NAME }}`. Throws INVALID_CONFIGURATION for one that is not set. */
export function withSecrets(text: string, secrets: Secrets): string {
  return text.replace(REFERENCE, (_, name: string) => {
    const value = secrets(name);
    if (value === undefined)
      throw new WaymarkError(
        'INVALID_CONFIGURATION',
        `a channel refers to the environment variable ${name}, which is not set, or not one that WAYMARK_CHANNEL_VARIABLES names`,
      );
    return value;
  });
}

/** The environment variables that channels refer to and that they do not find, sorted. */
export function unsetVariables(channels: readonly Channel[], secrets: Secrets): string[] {
  const texts = channels.flatMap(({ url = '', secret = '' }) => [url, secret]);
  const names = texts.flatMap((text) => [...text.matchAll(REFERENCE)].map(([, name]) => name!));
  return [...new Set(names)].filter((name) => secrets(name) === undefined).sort();
}
