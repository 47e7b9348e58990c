import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { DemoFigures, JourneyFigures } from './fetch-report.js';
import { reportText } from './report.js';

const journey = (of: Partial<JourneyFigures> = {}): JourneyFigures => ({
  id: 'welcome',
  entered: 100,
  active: 10,
  converted: 25,
  value: 1234.5,
  hasGoal: true,
  steps: { rest: 100, greet: 50, done: 1 },
  population: {},
  ended: { finished: 60, goal: 30 },
  refused: {},
  splits: {},
  ...of,
});
const figures = (of: Partial<DemoFigures> = {}): DemoFigures => ({
  journeys: [],
  deliveries: [],
  candidates: [],
  mailsTaken: 3,
  callsTaken: 2,
  repeated: 0,
  ...of,
});
const lines = (of: Partial<DemoFigures>): string[] => stripVTControlCharacters(reportText(figures(of))).split('\n');

describe('the report', () => {
  it('has its four parts even when nothing happened', () => {
    expect(lines({ mailsTaken: 0, callsTaken: 0 })).toEqual([
      '',
      'Journeys',
      '',
      'Messages by channel and outcome',
      '  taken outside: 0 mails, 0 calls, none twice',
      '',
      'Decisions: every offer, by how often it won and why it did not',
      '',
      'Revenue',
      expect.stringMatching(/^ {2}0\.00 € /),
    ]);
  });

  it('shows a journey as a funnel, its bars in proportion', () => {
    const [head, rest, greet, done, ended] = lines({ journeys: [journey()] }).slice(2);
    expect(head).toBe('  welcome: 100 entered, 10 inside, 25 reached the goal (1,234.50 €)');
    expect([rest, greet, done].map((line) => /▇+/.exec(line!)![0].length)).toEqual([28, 14, 1]);
    expect([rest, greet, done].map((line) => line!.split(' ').at(-1))).toEqual(['100', '50', '1']);
    expect(ended).toBe('    ended: finished 60, goal 30');
  });

  it('keeps its bars within their width when a step is entered again and again', () => {
    const bars = lines({ journeys: [journey({ entered: 2, steps: { loop: 50, done: 2 } })] });
    expect(bars.map((line) => /▇+/.exec(line)?.[0].length ?? 0).filter(Boolean)).toEqual([28, 1]);
  });

  it('says nothing of a goal where there is none, and nothing of a value where there is none', () => {
    const heads = [journey({ hasGoal: false }), journey({ value: 0 })].map((each) => lines({ journeys: [each] })[2]);
    expect(heads).toEqual([
      '  welcome: 100 entered, 10 inside',
      '  welcome: 100 entered, 10 inside, 25 reached the goal',
    ]);
  });

  it('says why people were refused, the most frequent reason first', () => {
    const refused = { REENTRY_NEVER: 2, ALREADY_ACTIVE: 9 };
    expect(lines({ journeys: [journey({ ended: {}, refused })] })).toContain(
      '    ended: none; refused: ALREADY_ACTIVE 9, REENTRY_NEVER 2',
    );
  });

  it('adds up what the journeys are worth', () => {
    const text = lines({ journeys: [journey({ value: 1000 }), journey({ value: 0.5 })] }).at(-1);
    expect(text).toMatch(/^ {2}1,000\.50 € /);
  });

  it('lists messages by channel, outcome and reason, and says of repetitions', () => {
    const text = lines({
      deliveries: [
        { channel: 'email', state: 'sent', count: 7 },
        { channel: 'email', state: 'suppressed', reason: 'CAP', count: 3 },
        { channel: 'inbox', state: 'sent', count: 2 },
      ],
      repeated: 4,
    });
    expect(
      text.slice(4, 8).map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .join('|'),
      ),
    ).toEqual([
      'email|sent|7',
      'email|suppressed CAP|3',
      'inbox|sent|2',
      'taken outside: 3 mails, 2 calls, 4 repetitions with a known key',
    ]);
  });

  it('gathers an offer’s reasons in one line', () => {
    const candidates = [
      { offerId: 'refill', reason: 'WON', count: 5 },
      { offerId: 'tea', reason: 'NOT_ELIGIBLE', count: 1 },
      { offerId: 'refill', reason: 'LIMIT', count: 8 },
    ];
    const text = lines({ candidates });
    expect(text.slice(7, 9).map((line) => line.trim().replace(/\s{2,}/, '|'))).toEqual([
      'refill|LIMIT 8, WON 5',
      'tea|NOT_ELIGIBLE 1',
    ]);
  });
});
