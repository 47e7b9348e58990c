import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JourneyControl } from '@waymark/contracts';
import type { JobReport } from '@waymark/journey-state-service';
import { FakeApi, type Answer } from '../testing/fake-api.js';
import { runCommand } from '../testing/run-command.js';
import { livingJourneys } from './living-journeys.js';
import { migrate } from './migrate.js';

let api: FakeApi;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark-map-'));
});
afterEach(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

async function run(
  answers: Record<string, Answer | Answer[]>,
  command: typeof livingJourneys,
  ...args: string[]
): ReturnType<typeof runCommand> {
  api = await FakeApi.start(answers);
  return runCommand(command, args, { WAYMARK_URL: api.url, WAYMARK_ADMIN_TOKEN: 't' });
}

const control = (over: Partial<JourneyControl> = {}): Answer => ({
  json: { kind: 'journey-control', id: 'cart', state: 'running', jobs: [], ...over },
});
const paused = control({
  state: 'paused',
  pause: { since: '2026-05-04T08:00:00Z', entrants: { queue: 'P1D' }, timers: 'run', actions: { hold: 'P7D' } },
});
const report = (of: Partial<JobReport>): Answer => ({
  json: { id: 'stop-7', isDone: true, partitionsDone: 4, partitions: 4, counts: {}, ...of },
});
const STATUS = '/api/journeys/cart/jobs/stop-7';
const accepted: Answer = { json: { job: { type: 'stop', id: 'stop-7' }, statusUrl: STATUS } };

describe('waymark pause', () => {
  it('pauses as the system does by itself, and says what that means', async () => {
    const { stdout } = await run({ 'POST /api/journeys/cart/pause': paused }, livingJourneys, 'pause', 'cart');
    expect(JSON.parse(api.seen[0]!.body)).toEqual({});
    expect(stdout.split('\n')).toEqual([
      'cart is paused',
      '  entrants  wait for P1D at most',
      '  timers    run',
      '  messages  are held for P7D at most',
      '',
    ]);
  });

  it.each([
    [
      ['--queue', 'PT2H', '--freeze', '--hold', 'P1D'],
      { entrants: { queue: 'PT2H' }, timers: 'freeze', actions: { hold: 'P1D' } },
    ],
    [['--discard-entrants', '--discard-messages'], { entrants: 'discard', actions: 'discard' }],
    [['--let-messages-through'], { actions: 'letThrough' }],
  ])('takes %j', async (options, body) => {
    await run({ 'POST /api/journeys/cart/pause': paused }, livingJourneys, 'pause', 'cart', ...options);
    expect(JSON.parse(api.seen[0]!.body)).toEqual(body);
  });
});

describe('waymark resume, close, journeys', () => {
  it('previews, and does it', async () => {
    const answers = {
      'POST /api/journeys/cart/resume?dryRun=true': { json: { entrants: 2, messages: 3, frozen: 4 } },
      'POST /api/journeys/cart/resume': control(),
      'POST /api/journeys/cart/close': control({ state: 'closed' }),
    };
    const preview = await run(answers, livingJourneys, 'resume', 'cart', '--dry-run');
    expect(preview.stdout).toContain(
      'lets in 2 who wait, hands over 3 messages that are held, and sets the timers of 4',
    );
    await api.stop();
    expect((await run(answers, livingJourneys, 'resume', 'cart')).stdout).toBe('cart is running\n');
    await api.stop();
    expect((await run(answers, livingJourneys, 'close', 'cart')).stdout).toBe('cart is closed\n');
  });

  it('tells how journeys are doing', async () => {
    const journey = { id: 'cart', entered: 9, active: 3, converted: 2, value: 0, steps: {}, population: {} };
    const figures = { entered: 5, exposed: 4, converted: 1, value: 9 };
    const splits = {
      tone: [
        { variant: 'warm', epoch: 1, ...figures },
        { variant: 'warm', epoch: 2, ...figures, entered: 7 },
      ],
    };
    const json = [{ ...journey, ended: { goal: 2, lost: 4 }, refused: { CONSENT: 1 }, splits }];
    const { stdout } = await run({ 'GET /api/journeys': { json } }, livingJourneys, 'journeys');
    expect(stdout.split('\n')).toEqual([
      'cart: 9 entered, 3 inside, 2 converted',
      '  left     lost 4, goal 2',
      '  refused  CONSENT 1',
      '  split    tone, epoch 1, warm: 5 entered, 4 exposed, 1 converted',
      '  split    tone, epoch 2, warm: 7 entered, 4 exposed, 1 converted',
      '',
    ]);
  });
});

describe('waymark stop', () => {
  it('says how far it is, and waits until it is done', async () => {
    const answers = {
      'POST /api/journeys/cart/stop': accepted,
      [`GET ${STATUS}`]: [
        report({ isDone: false, partitionsDone: 1, counts: { ended: 100 } }),
        report({ counts: { ended: 250 } }),
      ],
    };
    const { stdout, stderr } = await run(answers, livingJourneys, 'stop', 'cart');
    expect(stderr).toContain('100 instances so far, 1 of 4 partitions done');
    expect(stdout).toBe('stop-7 is done: 250 ended\n');
  });
});

describe('waymark migrate JOURNEY', () => {
  const MIGRATIONS = 'POST /api/journeys/cart/migrations';
  const plan = {
    to: 'v2',
    steps: [
      { version: 'v1', step: 'rest', count: 3, to: 'pause', isMapped: true },
      { version: 'v1', step: 'tell', count: 1, to: 'stay', isMapped: false },
    ],
    moved: 3,
    stayed: 1,
    ended: 0,
  };
  const mapFile = async (text: string): Promise<string> => {
    const file = join(folder, 'map.yaml');
    await writeFile(file, text);
    return file;
  };

  it('says beforehand what would happen, and what the map leaves out', async () => {
    const file = await mapFile('rest: pause\n');
    const { stdout } = await run(
      { [MIGRATIONS]: { json: plan } },
      migrate,
      'migrate',
      'cart',
      '--map',
      file,
      '--dry-run',
    );
    expect(JSON.parse(api.seen[0]!.body)).toEqual({ map: { rest: 'pause' }, dryRun: true });
    expect(stdout.split('\n')).toEqual([
      'to version v2: 3 would move, 1 stay, 0 leave',
      '  v1  rest: 3 -> pause',
      '  v1  tell: 1 -> stay  (not in the map)',
      '',
    ]);
  });

  it('moves, and says how it went', async () => {
    const answers = { [MIGRATIONS]: accepted, [`GET ${STATUS}`]: report({ counts: { moved: 3, stayed: 1 } }) };
    const { stdout } = await run(answers, migrate, 'migrate', 'cart', '--map', await mapFile('{ "rest": "exit" }'));
    expect(JSON.parse(api.seen[0]!.body)).toEqual({ map: { rest: 'exit' } });
    expect(stdout).toBe('stop-7 is done: 3 moved, 1 stayed\n');
  });

  it.each([['rest: [a'], ['- rest'], ['Rest!: pause']])('refuses a map such as %j', async (text) => {
    const file = await mapFile(text);
    await expect(run({}, migrate, 'migrate', 'cart', '--map', file)).rejects.toMatchObject({
      code: 'INVALID_BODY',
      message: expect.stringContaining(file),
    });
  });
});
