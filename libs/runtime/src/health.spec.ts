import { describe, expect, it } from '@jest/globals';
import { Health, type HealthCheck } from './health.js';

const check = (name: string, problem?: string): HealthCheck => ({ name, check: async () => problem });

describe('health', () => {
  it('is alive from the start, and ready only when it is said to be', async () => {
    const health = new Health({ live: [check('partitions')], ready: [check('database')] });
    expect(await health.liveness()).toEqual({ ok: true, problems: [] });
    expect(await health.readiness()).toEqual({
      ok: false,
      problems: [{ name: 'process', problem: 'it is starting' }],
    });
    health.ready();
    expect(await health.readiness()).toEqual({ ok: true, problems: [] });
  });

  it('is not ready any more once it stops, and still alive (P7)', async () => {
    const health = new Health({ live: [], ready: [] });
    health.ready();
    health.stopping();
    expect(await health.readiness()).toEqual({
      ok: false,
      problems: [{ name: 'process', problem: 'it is stopping' }],
    });
    expect(await health.liveness()).toMatchObject({ ok: true });
  });

  it('names everything that is wrong: what makes it dead makes it unready too', async () => {
    const health = new Health({
      live: [check('partitions', '1 partition(s) stopped by a defect'), check('fine')],
      ready: [check('database', 'it does not answer')],
    });
    health.ready();
    const dead = { name: 'partitions', problem: '1 partition(s) stopped by a defect' };
    expect(await health.liveness()).toEqual({ ok: false, problems: [dead] });
    expect(await health.readiness()).toEqual({
      ok: false,
      problems: [dead, { name: 'database', problem: 'it does not answer' }],
    });
  });

  it('lets a check reach what it belongs to', async () => {
    class Database implements HealthCheck {
      readonly name = 'database';
      problem = 'it does not answer';
      async check(): Promise<string> {
        return this.problem;
      }
    }
    const health = new Health({ live: [new Database()], ready: [] });
    expect(await health.liveness()).toEqual({
      ok: false,
      problems: [{ name: 'database', problem: 'it does not answer' }],
    });
  });

  it('takes a check that fails for a problem', async () => {
    const failing = { name: 'database', check: () => Promise.reject(new Error('no connection')) };
    const health = new Health({ live: [failing], ready: [] });
    expect(await health.liveness()).toEqual({
      ok: false,
      problems: [{ name: 'database', problem: 'it could not be checked: no connection' }],
    });
  });

  it('does not restart a process that only waits for its database', async () => {
    const health = new Health({ live: [], ready: [check('database', 'it does not answer')] });
    health.ready();
    expect(await health.liveness()).toEqual({ ok: true, problems: [] });
  });
});
