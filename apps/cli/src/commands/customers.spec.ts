import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeApi, type Answer } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { customers } from './customers.js';

const [AT, UNTIL, UNDONE] = ['2026-05-04T08:00:00.000Z', '2026-06-03T08:00:00.000Z', '2026-05-05T08:00:00.000Z'];
const MERGES = [
  { id: 'm2', from: 'bob', to: 'ada', at: AT, undoUntil: UNTIL },
  { id: 'm1', from: 'anon~v1', to: 'ada', at: AT, undoUntil: UNTIL, undoneAt: UNDONE },
];

let api: FakeApi;
afterEach(() => api.stop());

async function run(answers: Record<string, Answer | Answer[]>, ...args: string[]): ReturnType<typeof runCommand> {
  api = await FakeApi.start(answers);
  return runCommand(customers, ['customers', ...args], { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
}

describe('waymark customers', () => {
  it('shows who turned out to be whom, and until when that can be undone', async () => {
    const answers = { 'GET /api/customers/ada/merges': { json: MERGES } };
    expect((await run(answers, 'merges', 'ada')).stdout.split('\n')).toEqual([
      `m2  ${AT}  bob is ada  can be undone until ${UNTIL}`,
      `m1  ${AT}  anon~v1 is ada  undone ${UNDONE}`,
      '',
    ]);
    await api.stop();
    expect(JSON.parse((await run(answers, 'merges', 'ada', '--json')).stdout)).toEqual(MERGES);
  });

  it('says so where nobody did', async () => {
    const { stdout } = await run({ 'GET /api/customers/a%2Fb/merges': { json: [] } }, 'merges', 'a/b');
    expect(stdout).toBe('nobody turned out to be this customer\n');
  });

  it('asks for a merge to be undone', async () => {
    const answers = { 'POST /api/customers/ada/merges/m2/undo': { status: 202, text: '' } };
    const { stdout } = await run(answers, 'undo-merge', 'ada', 'm2');
    expect(stdout).toBe('asked for: ada and whoever m2 made her part\n');
    expect(api.seen.map(({ line }) => line)).toEqual(['POST /api/customers/ada/merges/m2/undo']);
  });
});
