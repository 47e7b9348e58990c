import { describe, expect, it } from '@jest/globals';
import { checked } from '../testing/play.js';
import { recordedCalls } from './incoming.js';
import type { SimulationReport } from './report.js';
import { simulatePopulation, withJourneys } from './simulate-population.js';

const FILES = {
  'mail.yaml': 'kind: channel\nid: mail\ntype: smtp\nurl: smtp://localhost\nfrom: a@example.com\n',
  'hook.yaml': 'kind: channel\nid: hook\ntype: webhook\nurl: https://partner.example/in\n',
  'policy.yaml':
    'kind: contact-policy\nid: manners\ncaps: [{ id: one-a-day, scope: global, limit: 1, window: { rolling: P1D } }]\n',
  'hello.yaml': `kind: journey
id: hello
name: Hello
entry: { event: Signed Up, where: event.properties.age >= 18.0, reentry: { afterExit: { minInterval: PT0S } } }
goal: { event: Ordered, value: event.properties.revenue, window: P7D }
start: which
steps:
  which: { kind: branch, when: [{ id: gold, if: event.properties.plan == "gold", next: greet }, { id: tin, if: event.properties.plan == "tin", next: greet }], default: done }
  greet: { kind: act, channel: mail, content: { subject: Hello, text: Hello }, next: rest }
  rest: { kind: wait, for: PT2H, next: done }
  never: { kind: exit, reason: never }
  done: { kind: exit, reason: done }
`.replace('next: rest }', 'next: rest, failed: never }'),
  'asleep.yaml': 'kind: journey\nid: asleep\nentry: { event: Dreamt }\nstart: end\nsteps:\n  end: { kind: exit }\n',
  'caller.yaml':
    'kind: journey\nid: caller\nentry: { event: Rang }\nstart: on\nsteps:\n  on: { kind: call, journey: called, wait: false, next: end }\n  end: { kind: exit }\n',
  'called.yaml':
    'kind: journey\nid: called\nentry: { call: true }\nstart: tell\nsteps:\n  tell: { kind: act, channel: hook, class: legal, content: { json: { a: 1 } }, next: end }\n  end: { kind: exit }\n',
};
const resources = checked(Object.entries(FILES).map(([path, text]) => ({ path, text })));

const at = (hours: number): string => new Date(Date.parse('2026-11-30T08:00:00Z') + hours * 3_600_000).toISOString();
let ids = 0;

function line(userId: string, event: string, hours: number, properties: object = {}): string {
  return JSON.stringify({
    type: 'track',
    messageId: `m-${(ids += 1)}`,
    userId,
    event,
    properties,
    timestamp: at(hours),
  });
}

function known(userId: string): string[] {
  const traits = { email: `${userId}@example.com` };
  return [
    JSON.stringify({ type: 'identify', messageId: `m-${(ids += 1)}`, userId, traits, timestamp: at(-1) }),
    line(userId, 'Consent Updated', -1, { channel: 'mail', purpose: 'marketing', status: 'granted' }),
  ];
}

function simulated(lines: readonly string[], start?: string): Promise<SimulationReport> {
  return simulatePopulation({
    resources,
    calls: recordedCalls(lines),
    start: start === undefined ? undefined : Date.parse(start),
  });
}

const LINES = [
  ...known('ada'),
  ...known('bo'),
  line('ada', 'Signed Up', 0, { age: 30, plan: 'gold' }),
  line('bo', 'Signed Up', 0.5, { age: 12, plan: 'gold' }),
  line('bo', 'Signed Up', 0.6, { age: 40, plan: 'none' }),
  line('cy', 'Signed Up', 0.7, { age: 40, plan: 'gold' }),
  line('ada', 'Signed Up', 1, { age: 30, plan: 'gold' }),
  line('ada', 'Ordered', 1.5, { revenue: 12.5 }),
  line('ada', 'Signed Up', 3, { age: 30, plan: 'gold' }),
  line('dee', 'Rang', 4),
];

describe('simulatePopulation', () => {
  it('says for a journey who knocked, was refused, went which way, converted, and what was sent', async () => {
    const { journeys } = await simulated(LINES, at(0));
    expect(journeys.find(({ id }) => id === 'hello')).toEqual({
      id: 'hello',
      name: 'Hello',
      knocks: 6,
      entered: 4,
      refused: { ALREADY_ACTIVE: 1, NOT_ELIGIBLE: 1 },
      hasGoal: true,
      converted: 1,
      value: 12.5,
      ended: { done: 3, goal: 1 },
      inside: 0,
      steps: [
        { id: 'which', kind: 'branch', arrived: 4, ways: { gold: 3, tin: 0, default: 1 } },
        { id: 'greet', kind: 'act', arrived: 3, ways: {} },
        { id: 'rest', kind: 'wait', arrived: 3, ways: {} },
        { id: 'never', kind: 'exit', arrived: 0, ways: {} },
        { id: 'done', kind: 'exit', arrived: 3, ways: {} },
      ],
      messages: [
        {
          step: 'greet',
          channel: 'mail',
          class: 'marketing',
          sent: 1,
          failed: 0,
          suppressed: [
            { reason: 'CAP', rule: 'one-a-day', count: 1 },
            { reason: 'CONSENT', count: 1 },
          ],
        },
      ],
      firstMessage: at(0),
      lastMessage: at(0),
    });
  });

  it('says for a channel what left in which hour, and what caps stopped', async () => {
    const { channels, perCustomerWeek } = await simulated(LINES, at(0));
    expect(channels).toEqual([
      expect.objectContaining({ id: 'mail', type: 'smtp', sent: 1, suppressed: 2, capped: { 'one-a-day': 1 } }),
      expect.objectContaining({
        id: 'hook',
        sent: 1,
        perHour: { from: at(4), counts: [1] },
        peak: { hour: at(4), count: 1 },
      }),
    ]);
    expect(perCustomerWeek).toEqual({
      customerWeeks: 1,
      p50: 1,
      p95: 1,
      max: 1,
      most: [{ customer: 'ada', weekFrom: at(0), messages: 1 }],
    });
  });

  it('warns of what nobody did', async () => {
    const { warnings } = await simulated(LINES, at(0));
    expect(warnings.map(({ code, journey, step }) => [code, journey, step])).toEqual([
      ['WAY_NOT_TAKEN', 'hello', 'which'],
      ['STEP_NOT_REACHED', 'hello', 'never'],
      ['NOBODY_ENTERED', 'asleep', undefined],
    ]);
  });

  it('makes what came before the start known, and starts nothing by it', async () => {
    const early = await simulated(LINES, at(2));
    expect(early.population).toMatchObject({ events: 12, eventsBeforeStart: 10, customers: 4, start: at(2) });
    expect(early.journeys.find(({ id }) => id === 'hello')).toMatchObject({ knocks: 1, entered: 1 });
    expect(early.channels.find(({ id }) => id === 'mail')).toMatchObject({ sent: 1 });
  });

  it('begins with the first event where no start is given', async () => {
    expect((await simulated(LINES)).population).toMatchObject({ start: at(-1), eventsBeforeStart: 0 });
  });

  it('counts lines that are no calls, repeated ones and late ones, and goes on', async () => {
    const lines = [...LINES, 'nothing', LINES.at(-1)!, line('eve', 'Signed Up', 0, { age: 20, plan: 'none' })];
    const { population, warnings } = await simulated(lines, at(0));
    expect(population).toMatchObject({
      events: 14,
      repeated: 1,
      outOfOrder: 1,
      badLines: { count: 1, first: [{ line: 13 }] },
    });
    expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['BAD_LINES', 'OUT_OF_ORDER']));
  });

  it('rejects when there is no event, and says what is wrong with the first line', async () => {
    await expect(simulated([])).rejects.toMatchObject({
      code: 'INVALID_BODY',
      message: 'there is no event to simulate with',
    });
    await expect(simulated(['x', 'y'])).rejects.toThrow(/all 2 lines are no calls; line 1: it is not JSON/);
  });

  it('goes on for a month after the last event, and no further', async () => {
    const waits = `kind: journey\nid: long\nentry: { event: Rang }\nstart: a\nsteps:\n  a: { kind: wait, for: P29D, next: b }\n  b: { kind: wait, for: P29D, next: c }\n  c: { kind: exit }\n`;
    const report = await simulatePopulation({
      resources: checked([{ path: 'long.yaml', text: waits }]),
      calls: recordedCalls([line('ada', 'Rang', 0)]),
    });
    expect(report.journeys[0]).toMatchObject({ inside: 1, steps: [{ arrived: 1 }, { arrived: 1 }, { arrived: 0 }] });
    expect(report.population.end).toBe(at(29 * 24));
  });
});

describe('withJourneys', () => {
  it('keeps the journeys asked for and those that they call, and everything else', () => {
    const names = withJourneys(resources, ['caller']).map(({ resource }) => `${resource.kind} ${resource.id}`);
    expect(names.sort()).toEqual(
      ['channel hook', 'channel mail', 'contact-policy manners', 'journey called', 'journey caller'].sort(),
    );
  });

  it('throws for one that there is not', () => {
    expect(() => withJourneys(resources, ['nope'])).toThrow(/there is no journey "nope"/);
  });
});
