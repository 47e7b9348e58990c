import { appendFileSync } from 'node:fs';
import { beforeAll, describe, it } from '@jest/globals';
import { askKeeper, theKeeper } from './ask-keeper.js';
import { chooseWays } from './provision/choose-ways.js';
import { explainMissing } from './provision/recipes.js';
import type { ServerName } from './provision/server-name.js';

/** How long a server may take, in milliseconds, the first time on a machine: it may have to be downloaded. */
const START_MS_MAX = 300_000;

/**
 * A suite that needs real servers; they serve before its own hooks run. Where one cannot be had the suite is skipped, and
 * the run says so at its end; with CI=true it fails, and says what to install.
 */
export function describeWith(needs: ServerName | readonly ServerName[], suite: string, body: () => void): void {
  const { means, skippedFile } = theKeeper();
  const names = typeof needs === 'string' ? [needs] : needs;
  const missing = names.filter((name) => chooseWays(means[name]).length === 0);
  if (missing.length === 0) {
    describe(suite, () => {
      beforeAll(() => Promise.all(names.map(askKeeper)), START_MS_MAX);
      body();
    });
  } else if (process.env['CI'] === 'true') {
    describe(suite, () => {
      it('has the servers that it needs', () => {
        throw new Error(missing.map(explainMissing).join('; '));
      });
    });
  } else {
    describe.skip(suite, body);
    appendFileSync(skippedFile, `${JSON.stringify({ suite, missing })}\n`);
  }
}
