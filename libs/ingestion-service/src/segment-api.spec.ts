import { beforeEach, describe, expect, it } from '@jest/globals';
import { SegmentsController } from './http/segments.controller.js';
import { IngestionWorld } from './testing/ingestion-world.js';
import { aRawEvent, message } from './testing/samples.js';

const PRO = { kind: 'segment', id: 'pro', name: 'Professionals', if: 'customer.traits.plan == "pro"' };
const LOST = { kind: 'segment', id: 'lost', if: 'customer.counters.Visit < 1.0 && customer.orders.count > 99.0' };

const PAGE = { limit: 100 };

let world: IngestionWorld;
let controller: SegmentsController;

beforeEach(async () => {
  world = await IngestionWorld.open();
  controller = new SegmentsController(world.ingestion.segments);
  await world.apply(PRO, LOST);
  const users = ['cleo', 'ada', 'bob', 'dan'];
  world.send(
    ...users.map((userId, n) =>
      aRawEvent({ type: 'identify', messageId: message(`m${n}`), userId, traits: { plan: n < 3 ? 'pro' : 'free' } }),
    ),
  );
  await world.settle();
});

describe('segments over the API', () => {
  it('are those of the workspace, with how many are in them', async () => {
    expect(await controller.list()).toEqual([
      { id: 'lost', name: 'lost', count: 0 },
      { id: 'pro', name: 'Professionals', count: 3 },
    ]);
  });

  it('have their customers in pages, each of which says how the next is asked for', async () => {
    expect(await controller.customers('pro', PAGE)).toEqual({ customers: ['ada', 'bob', 'cleo'] });
    const first = await controller.customers('pro', { limit: 2 });
    expect(first).toEqual({ customers: ['ada', 'bob'], cursor: 'bob' });
    expect(await controller.customers('pro', { limit: 2, cursor: first.cursor })).toEqual({ customers: ['cleo'] });
    expect(await controller.customers('pro', { limit: 3 })).toEqual({ customers: ['ada', 'bob', 'cleo'] });
    expect(await controller.customers('lost', PAGE)).toEqual({ customers: [] });
  });

  it('are not found when the workspace has none of that id', async () => {
    await expect(controller.customers('vip', PAGE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.apply(LOST);
    await expect(controller.customers('pro', PAGE)).rejects.toMatchObject({
      message: 'the workspace has no segment "pro"',
    });
  });
});
