import { describe, expect, it } from '@jest/globals';
import { configurationDoc } from '../configuration-doc.js';
import { runCommand } from '../testing/run-command.js';
import { config } from './config.js';

const ENV = {
  WAYMARK_HTTP_PORT: '9000',
  WAYMARK_ADMIN_TOKEN: 'a-secret-of-the-tests',
  WAYMARK_TARGET: 'ingestion,journey-state',
};

describe('waymark config', () => {
  it('prints what is in effect, as it would be written in the environment, and no secret', async () => {
    const { stdout } = await runCommand(config, ['config'], ENV);
    const lines = stdout.trim().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'WAYMARK_HTTP_PORT=9000',
        'WAYMARK_HTTP_HOST=127.0.0.1',
        'WAYMARK_TARGET=ingestion,journey-state',
        'WAYMARK_ADMIN_TOKEN=***',
        'DATABASE_URL=',
      ]),
    );
    expect(stdout).not.toContain('a-secret-of-the-tests');
  });

  it('gives machines the same as JSON', async () => {
    const { stdout } = await runCommand(config, ['config', '--json'], ENV);
    expect(JSON.parse(stdout)).toMatchObject({
      WAYMARK_HTTP_PORT: 9000,
      WAYMARK_ADMIN_TOKEN: '***',
      DATABASE_URL: null,
    });
  });

  it('prints the page of the documentation, whatever is in effect', async () => {
    const { stdout } = await runCommand(config, ['config', '--markdown'], { WAYMARK_HTTP_PORT: 'eighty' });
    expect(stdout).toBe(`${configurationDoc()}\n`);
  });

  it('rejects with every mistake at once', async () => {
    const env = { WAYMARK_HTTP_PORT: 'eighty', WAYMARK_PARTITION: '3' };
    await expect(runCommand(config, ['config'], env)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/WAYMARK_PARTITION is not a setting.*WAYMARK_HTTP_PORT/s),
    });
  });
});
