import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../api-client.js';
import { FakeApi } from '../testing/fake-api.js';
import { fetchFigures, type DemoFigures } from './fetch-report.js';
import { OutsideWorld } from './outside-world.js';

const counted = (id: string, steps: Record<string, number>): object => ({
  id,
  entered: 9,
  active: 1,
  converted: 0,
  value: 0,
  steps,
  ended: {},
  refused: {},
});
const written = (id: string, steps: object, goal?: object): object => ({
  version: 'v',
  resource: { kind: 'journey', id, steps, ...(goal && { goal }) },
});

describe('fetchFigures', () => {
  let api: FakeApi;
  afterEach(() => api.stop());

  const fetched = async (journeys: object[], resources: object[]): Promise<DemoFigures> => {
    api = await FakeApi.start({
      'GET /api/journeys': { json: journeys },
      'GET /api/workspace': { json: { revision: 1, resources } },
      'GET /api/deliveries/counts': { json: [{ channel: 'email', state: 'sent', count: 2 }] },
      'GET /api/decisions/candidates': { json: [] },
    });
    const outside = new OutsideWorld();
    outside.mails.set('a', { actionId: 'a', to: 'ada@example.com', text: '' });
    outside.repeated = 3;
    return fetchFigures(new ApiClient({ url: api.url, token: 't' }), outside);
  };

  it('gives each journey’s steps in the order in which it is written, those nobody entered left out', async () => {
    const steps = { rest: { kind: 'wait' }, greet: { kind: 'act' }, never: { kind: 'act' }, done: { kind: 'exit' } };
    const { journeys } = await fetched(
      [counted('welcome', { done: 4, rest: 9, greet: 5 })],
      [written('welcome', steps)],
    );
    expect(Object.entries(journeys[0]!.steps)).toEqual([
      ['rest', 9],
      ['greet', 5],
      ['done', 4],
    ]);
  });

  it('knows a journey with a goal, or with a step that is one', async () => {
    const { journeys } = await fetched(
      [counted('a', {}), counted('b', {}), counted('c', {}), counted('gone', {})],
      [
        written('a', { done: { kind: 'exit' } }, { event: 'Paid' }),
        written('b', { done: { kind: 'goal' } }),
        written('c', { done: { kind: 'exit' } }),
        { version: 'v', resource: { kind: 'offer', id: 'gone' } },
      ],
    );
    expect(journeys.map(({ id, hasGoal }) => [id, hasGoal])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['gone', false],
    ]);
  });

  it('brings what really reached the outside', async () => {
    expect(await fetched([], [])).toEqual({
      journeys: [],
      deliveries: [{ channel: 'email', state: 'sent', count: 2 }],
      candidates: [],
      mailsTaken: 1,
      callsTaken: 0,
      repeated: 3,
    });
  });
});
