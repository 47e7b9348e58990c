import { afterEach, describe, expect, it } from '@jest/globals';
import type { CheckPage, Finding } from '@waymark/journey-state-service';
import { FakeApi, type Answer } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { check } from './check.js';

const finding = (over: Partial<Finding> = {}): Finding => ({
  reason: 'stuck',
  journeyId: 'cart',
  instanceId: 'i1' as never,
  customerId: 'ada' as never,
  version: 'v1',
  step: 'rest',
  means: 'it waits for nothing',
  detail: 'it is at the wait "rest" and waits for nothing',
  action: 'report it',
  ...over,
});
const answer = (page: CheckPage): Answer => ({ json: page });
const FIRST = 'GET /api/instances/check?limit=1000';

let api: FakeApi;
afterEach(() => api.stop());

async function run(answers: Record<string, Answer>, ...args: string[]): ReturnType<typeof runCommand> {
  api = await FakeApi.start(answers);
  return runCommand(check, ['check', ...args], { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
}

describe('waymark check', () => {
  it('says that all is well, and ends with 0', async () => {
    const { stdout, code } = await run({ [FIRST]: answer({ checked: 1, findings: [] }) });
    expect([stdout, code]).toEqual(['✓ 1 instance checked: all are as they should be\n', 0]);
  });

  it('asks page after page, shows what it found by reason, and ends with 1', async () => {
    const overdue = finding({ reason: 'overdue', means: 'it is late', detail: 'since noon', action: 'look' });
    const orphaned = { journeyId: 'gone', detail: '3 wait', means: 'people wait', action: 'apply it' };
    const { stdout, code } = await run({
      [FIRST]: answer({ checked: 1_000, findings: [finding(), overdue], cursor: '0:i1' }),
      [`${FIRST}&cursor=0%3Ai1`]: answer({
        checked: 234,
        findings: [finding({ customerId: 'bob' as never }), { reason: 'orphaned-entrants', ...orphaned }],
      }),
    });
    expect(stdout.split('\n')).toEqual([
      '✗ stuck (2): it waits for nothing',
      '    cart  instance i1  customer ada: it is at the wait "rest" and waits for nothing',
      '    cart  instance i1  customer bob: it is at the wait "rest" and waits for nothing',
      '  report it',
      '✗ overdue (1): it is late',
      '    cart  instance i1  customer ada: since noon',
      '  look',
      '✗ orphaned-entrants (1): people wait',
      '    gone: 3 wait',
      '  apply it',
      '1234 instances checked',
      '',
    ]);
    expect(code).toBe(1);
  });

  it('shows twenty of a reason, and in JSON all of them', async () => {
    const findings = Array.from({ length: 25 }, () => finding());
    const { stdout } = await run({ [FIRST]: answer({ checked: 25, findings }) });
    expect(stdout.split('\n').filter((line) => line.startsWith('    cart'))).toHaveLength(20);
    expect(stdout).toContain('and 5 more: --json has all');
    await api.stop();
    const json = await run({ [FIRST]: answer({ checked: 25, findings }) }, '--json');
    expect(JSON.parse(json.stdout)).toEqual({ checked: 25, findings });
    expect(json.code).toBe(1);
  });
});
