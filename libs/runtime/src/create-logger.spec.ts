import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { captureLog } from './testing/captured-log.js';

const SECRET = 'ada@shop.example';
const KEYS = [
  'authorization',
  'writeKey',
  'adminToken',
  'tokens',
  'databaseUrl',
  'password',
  'email',
  'phone',
  'traits',
  'properties',
];

describe('the log', () => {
  it.each(KEYS)('never has the value of %s, however it is wrapped', (key) => {
    const { logger, text } = captureLog();
    const carrier = { [key]: SECRET };
    logger.info(carrier, 'plain');
    logger.warn({ config: carrier }, 'wrapped');
    logger.error({ request: { headers: carrier } }, 'wrapped twice');
    logger.info({ customers: [carrier] }, 'in a list');
    logger.child(carrier).info('of a child');
    expect(text()).not.toContain(SECRET);
    expect(text().match(/\*\*\*/g)).toHaveLength(5);
  });

  it.each(['traits', 'properties'])('never has what is inside %s', (key) => {
    const { logger, text } = captureLog();
    logger.info({ event: { [key]: { deep: { name: SECRET } } } }, 'event');
    expect(text()).not.toContain(SECRET);
  });

  it('tells an error with its code, its kind and where it came from', () => {
    const { logger, lines } = captureLog();
    const cause = new Error('connection refused');
    logger.error({ err: new WaymarkError('LOG_UNAVAILABLE', 'the log is down', { cause }) }, 'request failed');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 50,
        msg: 'request failed',
        err: expect.objectContaining({ code: 'LOG_UNAVAILABLE', kind: 'transient', stack: expect.any(String) }),
      }),
    ]);
  });

  it('is one line of JSON with a readable time for each message', () => {
    const { logger, lines } = captureLog();
    logger.info({ partition: 3 }, 'two\nlines');
    expect(lines).toEqual([{ level: 30, time: expect.any(String), partition: 3, msg: 'two\nlines' }]);
    expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('leaves out what is less serious than its level', () => {
    const { logger, lines } = captureLog('warn');
    logger.info('a');
    logger.warn('b');
    expect(lines.map(({ msg }) => msg)).toEqual(['b']);
  });

  it('can be silent', () => {
    const { logger, lines } = captureLog('silent');
    logger.fatal('a');
    expect(lines).toEqual([]);
  });
});
