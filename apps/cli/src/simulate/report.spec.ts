import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SimulationReport } from '@waymark/simulation';
import { reportHtml } from './report-html.js';
import { reportText } from './report-text.js';

const NASTY = `<img src=x onerror=alert(1)>"'&`;

function sample(): SimulationReport {
  return {
    population: {
      synthetic: { seed: 7, days: 14 },
      customers: 1_200,
      events: 12_345,
      eventsBeforeStart: 1_800,
      repeated: 2,
      outOfOrder: 0,
      refused: 0,
      badLines: { count: 2, first: [{ line: 3, reason: 'it is not JSON' }] },
      start: '2026-11-30T00:00:00.000Z',
      lastEvent: '2026-12-13T21:04:00.000Z',
      end: '2026-12-20T09:00:00.000Z',
    },
    journeys: [
      {
        id: 'cart',
        name: 'A cart left behind',
        knocks: 100,
        entered: 60,
        refused: { ALREADY_ACTIVE: 30, NOT_ELIGIBLE: 10 },
        hasGoal: true,
        converted: 15,
        value: 1_234.5,
        ended: { done: 40, goal: 15 },
        inside: 5,
        steps: [
          { id: 'which', kind: 'branch', arrived: 60, ways: { keen: 20, default: 40 } },
          { id: 'greet', kind: 'act', arrived: 20, ways: {} },
          { id: 'never', kind: 'exit', arrived: 0, ways: {} },
        ],
        messages: [
          {
            step: 'greet',
            channel: 'mail',
            class: 'marketing',
            sent: 15,
            failed: 0,
            suppressed: [
              { reason: 'CAP', rule: 'three-a-week', count: 4 },
              { reason: 'CONSENT', count: 1 },
            ],
          },
        ],
        firstMessage: '2026-11-30T08:30:00.000Z',
        lastMessage: '2026-11-30T11:10:00.000Z',
      },
    ],
    channels: [
      {
        id: 'mail',
        type: 'smtp',
        sent: 15,
        failed: 0,
        suppressed: 5,
        capped: { 'three-a-week': 4 },
        perHour: { from: '2026-11-30T08:00:00.000Z', counts: [8, 0, 4, 3] },
        peak: { hour: '2026-11-30T08:00:00.000Z', count: 8 },
      },
      { id: 'inbox', type: 'inbox', sent: 0, failed: 0, suppressed: 0, capped: {}, perHour: undefined },
    ],
    perCustomerWeek: {
      customerWeeks: 14,
      p50: 1,
      p95: 2,
      max: 2,
      most: [{ customer: 's000004', weekFrom: '2026-11-30T00:00:00.000Z', messages: 2 }],
    },
    offers: [{ id: 'bag', reasons: { WON: 3, AGENCY: 1 } }],
    warnings: [{ code: 'STEP_NOT_REACHED', journey: 'cart', step: 'never', message: 'nobody reached cart/never' }],
  };
}

/** The sample with a nasty text in the place of every text of it that somebody outside has written. */
function nasty(): SimulationReport {
  const named = new Set([
    'id',
    'name',
    'step',
    'channel',
    'customer',
    'reason',
    'rule',
    'message',
    'kind',
    'type',
    'class',
  ]);
  const replaced = (key: string, value: unknown): unknown =>
    named.has(key) && typeof value === 'string'
      ? NASTY
      : key === 'refused' || key === 'ended' || key === 'ways' || key === 'capped' || key === 'reasons'
        ? typeof value === 'object'
          ? { [NASTY]: 1 }
          : value
        : value;
  return JSON.parse(JSON.stringify(sample(), replaced)) as SimulationReport;
}

describe('the report of a simulation as text', () => {
  it('is this', () => {
    expect(stripVTControlCharacters(reportText(sample()))).toBe(
      `A synthetic population (seed 7, 14 days): nobody real, made from what the workspace says. Nobody opens a mail or answers an offer.
  1,200 customers, 12,345 events (1,800 before the start, 2 repeated)
  journeys take entrants from 2026-11-30 00:00; last event 2026-12-13 21:04; at rest, or stopped, 2026-12-20 09:00 (UTC)
  ! 2 line(s) left out:
    line 3: it is not JSON
    and 1 more

Journeys
  cart: 100 knocked, 60 entered, 15 converted (25 %, value 1,234.5)
    refused: ALREADY_ACTIVE 30, NOT_ELIGIBLE 10
    which        branch ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 60
                 └ keen 20, default 40
    greet        act    ▇▇▇▇▇▇▇▇                 20
    never        exit                            0
    ended: done 40, goal 15; still inside: 5
    ✉ greet by mail: sent 15; suppressed CAP (three-a-week) 4, CONSENT 1
    messages from 2026-11-30 08:30 to 2026-11-30 11:10

Channels: messages an hour (UTC)
  mail: 15 sent, 0 failed, 5 suppressed, by caps: three-a-week 4
    █▁▅▄ 2026-11-30 08:00 to 2026-11-30 12:00
    peak: 8 in the hour from 2026-11-30 08:00

Messages of one customer in one week (marketing and service)
  half of the weeks with any: 1 or fewer; 95 %: 2 or fewer; the fullest: 2
  s000004 2 (week from 2026-11-30)

Offers: how often each won, and why it did not
  bag WON 3, AGENCY 1

To look at
  ! nobody reached cart/never`,
    );
  });

  it('draws a long time in one line', () => {
    const report = sample();
    report.channels[0]!.perHour!.counts = Array.from({ length: 5_000 }, (_, i) => i % 9);
    const sparkline = stripVTControlCharacters(reportText(report))
      .split('\n')
      .find((line) => /^ +[▁-█]+ .* to /.test(line))!;
    expect(sparkline.length).toBeLessThan(110);
  });

  it('says of recorded events that they are', () => {
    const report = sample();
    delete report.population.synthetic;
    expect(stripVTControlCharacters(reportText(report))).toMatch(/^Recorded events\.\n/);
  });
});

describe('the report of a simulation as a page', () => {
  it('has what the text has, with a bar for each hour that had messages', () => {
    const page = reportHtml(sample(), { title: 'Simulation of shop' });
    for (const told of [
      'A synthetic population',
      'A cart left behind',
      'ALREADY_ACTIVE 30',
      'three-a-week',
      'nobody reached cart/never',
      's000004',
    ])
      expect(page).toContain(told);
    expect(page.match(/<rect\s+class="bar"/g)).toHaveLength(3);
  });

  it('escapes whatever somebody has written, in every place', () => {
    const page = reportHtml(nasty(), { title: NASTY });
    expect(page).not.toContain('<img');
    expect(page.match(/&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)!.length).toBeGreaterThan(20);
  });

  it('asks for nothing from elsewhere, and runs nothing', () => {
    const page = reportHtml(sample(), { title: 'Simulation' });
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|url\(|@import|https?:/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).toContain('@media print');
  });
});
