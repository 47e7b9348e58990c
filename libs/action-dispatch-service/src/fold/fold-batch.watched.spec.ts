import { describe, expect, it } from '@jest/globals';
import { HEADERS, type Action, type RawEvent } from '@waymark/contracts';
import type { SendResult } from '../hand-over/transport.js';
import { DispatchWorld } from '../testing/dispatch-world.js';
import { aChannel, aCustomer, anAction, aPolicy } from '../testing/samples.js';

const PARTITION = 0;
const START = '2026-05-04T08:00:00.000Z';
const NIGHT = aPolicy({
  quietHours: { windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '22:00', to: '06:00' }] },
  release: { spread: 'PT0S' },
});
const HOOK = aChannel({ type: 'webhook', url: 'https://partner.example/take', retry: { attempts: 2, base: 'PT1S' } });

async function open(start = START, ...resources: Parameters<DispatchWorld['apply']>): Promise<DispatchWorld> {
  const world = new DispatchWorld(start);
  world.contexts.set('ada' as never, aCustomer());
  await world.start();
  world.apply(aChannel(), ...resources);
  await world.settle();
  return world;
}

/** Folds a batch as it would be now, without saving it. */
async function fold(world: DispatchWorld, ...actions: [Action, string | undefined][]) {
  const { topology } = world.dispatch;
  const definitions = await topology.compile(await world.store.activeResources(PARTITION));
  const records = actions.map(([record, traceparent], offset) => ({ record, offset, traceparent }));
  const batch = { partition: PARTITION, records, now: world.clock.now() };
  return topology.fold(batch, await topology.load(batch, definitions), definitions);
}

/** A message on its way whose event came in a second before. */
const ASKED = anAction({ receivedAt: '2026-05-04T07:59:59.000Z' });

describe('a message', () => {
  it('is handed over in the trace of its action, with when its event came in', async () => {
    const { changes } = await fold(await open(), [ASKED, 'a']);
    expect(changes.messages).toEqual([
      expect.objectContaining({
        action: { ...ASKED, traceparent: 'a' },
        attempt: 1,
        receivedAt: '2026-05-04T07:59:59.000Z',
      }),
    ]);
  });

  it('is in no trace where its action is in none', async () => {
    const { changes } = await fold(await open(), [ASKED, undefined]);
    expect(changes.messages.map(({ action }) => Object.keys(action))).toEqual([Object.keys(ASKED)]);
  });

  it('that a policy made wait is still in its trace, but not as an answer to its event; it says how late it is', async () => {
    const world = await open('2026-05-04T21:00:00.000Z', NIGHT);
    const headers = { [HEADERS.traceparent]: 'a' };
    world.log.appendNow([{ topic: 'actions', key: 'ada', value: JSON.stringify(ASKED), headers }]);
    await world.settle();
    expect(world.provider.tries).toEqual([]);
    world.clock.moveTo(Date.parse('2026-05-05T04:00:00.700Z'));
    const { changes, measures } = await fold(world);
    expect(changes.messages.map(({ receivedAt, action }) => [receivedAt, action.traceparent])).toEqual([
      [undefined, 'a'],
    ]);
    expect(measures).toEqual([{ what: 'timer', service: 'action-dispatch', latenessMs: 700 }]);
  });

  it('that is tried again is no answer to its event', async () => {
    const world = await open(START, HOOK);
    world.provider.reply = () => ({ ok: false, permanent: false, reason: 'HTTP 503' });
    world.deliver({ ...ASKED });
    await world.until('2026-05-04T08:01:00Z');
    expect(world.provider.tries.map(({ attempt, receivedAt }) => [attempt, receivedAt])).toEqual([
      [1, ASKED.receivedAt],
      [2, undefined],
    ]);
  });
});

/** A world in which a message of a trace has been handed over and answered. */
async function answered(reply: SendResult): Promise<DispatchWorld> {
  const world = await open();
  world.provider.reply = () => reply;
  const { changes } = await fold(world, [ASKED, 'a']);
  const from = await world.store.progress(PARTITION);
  const to = { ...from, version: from.version + 1 };
  await world.store.save({ partition: PARTITION, from, to, changes, outputs: [], now: world.clock.now() });
  world.dispatch.desk.saved(PARTITION, changes);
  await world.dispatch.desk.waitForMail(PARTITION, new AbortController().signal);
  return world;
}

describe('what became of a message', () => {
  it.each<[string, SendResult, string]>([
    ['taken', { ok: true }, 'sent'],
    ['refused', { ok: false, permanent: true, reason: 'no such address' }, 'failed'],
    ['perhaps taken', { ok: false, permanent: false, uncertain: true, reason: 'no answer' }, 'unknown'],
  ])('when it was %s is counted, and told in its trace', async (_, reply, end) => {
    const { outputs, measures } = await fold(await answered(reply));
    expect(measures).toEqual([{ what: 'delivery', channel: 'smtp', end }]);
    expect(outputs.map(({ headers }) => headers)).toEqual([{ [HEADERS.traceparent]: 'a' }]);
  });

  it('is counted, and not told, when it is to be tried again', async () => {
    const { outputs, measures } = await fold(await answered({ ok: false, permanent: false, reason: 'HTTP 503' }));
    expect([outputs, measures]).toEqual([[], [{ what: 'delivery', channel: 'smtp', end: 'retrying' }]]);
  });

  it('is counted when it is suppressed', async () => {
    const world = await open(START, HOOK);
    const { customerId, actionId, cause } = ASKED;
    const cancel = { schemaVersion: 1, type: 'cancel', customerId, actionId, cause, requestedAt: START } as const;
    const { measures } = await fold(world, [ASKED, undefined], [cancel, undefined]);
    expect(measures).toEqual([{ what: 'delivery', channel: 'webhook', end: 'suppressed' }]);
  });

  it('is counted without a channel where there is none any more', async () => {
    const { measures } = await fold(await open(), [anAction({ channel: 'gone' }), undefined]);
    expect(measures).toEqual([{ what: 'delivery', channel: 'none', end: 'failed' }]);
  });

  it('a report is told in the trace of its action', async () => {
    const { customerId, cause } = ASKED;
    const of = { schemaVersion: 1, type: 'report', messageId: 'd1.made', event: 'Decision Made' } as const;
    const report = { ...of, customerId, cause, properties: {}, requestedAt: START } as never;
    const { outputs } = await fold(await open(), [report, 'a'], [report, undefined]);
    expect(outputs.map(({ headers, value }) => [headers, (JSON.parse(value) as RawEvent).event])).toEqual([
      [{ [HEADERS.traceparent]: 'a' }, 'Decision Made'],
      [undefined, 'Decision Made'],
    ]);
  });
});
