import { SETTINGS, parseConfig, redactedConfig, type Setting } from '@waymark/runtime';

/** `docs/configuration.md`, from the one table of settings. */
export function configurationDoc(): string {
  const defaults = redactedConfig(parseConfig({}));
  const rows = Object.values(SETTINGS).map(({ env, description, secret }: Setting) => {
    return `| \`${env}\` | ${shownDefault(defaults[env])} | ${description.replaceAll('|', '\\|')}${secret === true ? ' Secret.' : ''} |`;
  });
  return [
    '# Configuration',
    '',
    'Environment variables, read once at the start. All problems are reported at once, with exit code 78; `waymark config` prints what is in effect, secrets as `***`.',
    'This page is made by `npx waymark config --markdown` and checked by a test.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
    'The command line, when it talks to a running system, reads `WAYMARK_URL` (default `http://127.0.0.1:8080`) and `WAYMARK_ADMIN_TOKEN`, else the credentials of `WAYMARK_DATA_DIR`.',
    '',
  ].join('\n');
}

/** As it would be written in the environment; empty where there is none. */
function shownDefault(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  return value === null || text === '' ? '' : `\`${text}\``;
}
