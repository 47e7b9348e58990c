import type { ProvidedServer } from './provide-server.js';
import { RECIPES, explainMissing } from './recipes.js';
import type { ServerName } from './server-name.js';

/** A suite that did not run. */
export interface SkippedSuite {
  suite: string;
  missing: ServerName[];
}

/** What a run says at its end: the servers that were used, and the suites that were not run, each with its reason. */
export function summarise(used: ReadonlyMap<ServerName, ProvidedServer>, skipped: readonly SkippedSuite[]): string[] {
  const servers = [...used].map(
    ([name, { version, way }]) => `${RECIPES[name].title} ${version ?? 'of unknown version'} (${way})`,
  );
  const suites = skipped.map(({ suite, missing }) => `  ${suite}: ${missing.map(explainMissing).join('; ')}`);
  return [
    ...(servers.length > 0 ? [`Real servers: ${servers.join(', ')}.`] : []),
    ...(suites.length > 0 ? [`Skipped for want of a server: ${countOf(suites.length)}.`, ...suites] : []),
  ];
}

function countOf(suites: number): string {
  return suites === 1 ? '1 suite' : `${suites} suites`;
}
