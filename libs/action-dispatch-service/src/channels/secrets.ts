import { WaymarkError } from '@waymark/contracts';

/** Finds a secret by the name of its environment variable. */
export type Secrets = (name: string) => string | undefined;

/** Puts secrets where a channel refers to them by `{{ env.NAME }}`. Throws INVALID_CONFIGURATION for one that is not set. */
export function withSecrets(text: string, secrets: Secrets): string {
  return text.replace(/\{\{\s*env\.(\w+)\s*\}\}/g, (_, name: string) => {
    const value = secrets(name);
    if (value === undefined)
      throw new WaymarkError(
        'INVALID_CONFIGURATION',
        `a channel refers to the environment variable ${name}, which is not set, or not one that WAYMARK_CHANNEL_VARIABLES names`,
      );
    return value;
  });
}
