import { beforeEach, describe, expect, it } from '@jest/globals';
import { customerIdSchema, WaymarkError, type RawRecord, type ScenarioEntry, type Topic } from '@waymark/contracts';
import { applyInput, type InputContext } from './apply-input.js';
import type { Observed } from './observe.js';
import { Ring } from './ring.js';
import { checked, welcomeWith, WORKSPACE } from './testing/play.js';

const START = Date.parse('2026-05-04T08:00:00Z');
const SIGN_UP: ScenarioEntry = { track: { customer: 'ada', event: 'Signed Up' } };

let ring: Ring;
let context: InputContext;
let rejected: Observed['rejected'];

beforeEach(async () => {
  ring = new Ring(START, checked);
  rejected = [];
  context = {
    ring,
    rejected,
    authorization: await ring.authorize(),
    customerOf: async (name) => customerIdSchema.parse(name),
    withFile: () => WORKSPACE,
  };
});

/** Applies inputs one after the other and lets the ring come to rest after each. */
async function apply(...entries: ScenarioEntry[]): Promise<void> {
  for (const entry of entries) {
    await applyInput(entry, context);
    await ring.settle();
  }
}

/** A message handed over to ada: the workspace is applied, she signs up, an hour goes by. */
async function handOver(): Promise<void> {
  await ring.ingestion.workspace.apply(WORKSPACE, { dryRun: false });
  await apply({ identify: { customer: 'ada' } }, SIGN_UP);
  await ring.advanceTo(START + 3_600_000);
}

async function records(topic: Topic): Promise<RawRecord[]> {
  const partitions = Array.from({ length: ring.log.partitions }, (_, partition) => partition);
  const read = await Promise.all(
    partitions.map((partition) => ring.log.read({ topic, partition, offset: 0, max: 1e6 })),
  );
  return read.flat().map(({ value }) => JSON.parse(value) as RawRecord);
}

const names = async (): Promise<unknown[]> =>
  (await records('events.raw')).map((record) => (record.type === 'workspace' ? 'workspace' : record.event));

describe('a call goes in as a client would send it', () => {
  it.each<[ScenarioEntry, object]>([
    [
      { track: { customer: 'ada', event: 'Signed Up', properties: { plan: 'pro' }, messageId: 'm-1' } },
      { type: 'track', userId: 'ada', event: 'Signed Up', properties: { plan: 'pro' }, messageId: 'm-1' },
    ],
    [
      { identify: { customer: 'ada', traits: { firstName: 'Ada' } } },
      { type: 'identify', userId: 'ada', traits: { firstName: 'Ada' } },
    ],
    [
      { page: { customer: 'ada', name: 'Home', properties: { path: '/' } } },
      { type: 'page', event: 'Page Viewed', properties: { name: 'Home', path: '/' } },
    ],
    [
      { screen: { customer: 'ada', name: 'Cart' } },
      { type: 'screen', event: 'Screen Viewed', properties: { name: 'Cart' } },
    ],
    [{ group: { customer: 'ada', groupId: 'g-1', traits: { size: 3 } } }, { type: 'group', groupId: 'g-1' }],
    [{ alias: { customer: 'ada', previousId: 'a-1' } }, { type: 'alias', userId: 'ada', previousId: 'a-1' }],
    [
      { batch: { batch: [{ type: 'track', userId: 'bob', event: 'Seen' }] } },
      { type: 'track', userId: 'bob', event: 'Seen' },
    ],
  ])('%j', async (entry, record) => {
    await apply(entry);
    expect(await records('events.raw')).toEqual([
      expect.objectContaining({ source: 'scenario', receivedAt: '2026-05-04T08:00:00.000Z' }),
    ]);
    expect((await records('events.raw'))[0]).toMatchObject(record);
    expect(rejected).toEqual([]);
  });

  it('corrects the clock of a device that says when it sent (R72)', async () => {
    await apply({
      track: {
        customer: 'ada',
        event: 'Seen',
        originalTimestamp: '2026-05-04T10:00:00Z',
        sentAt: '2026-05-04T10:05:00Z',
      },
    });
    expect((await records('events.raw'))[0]).toMatchObject({ timestamp: '2026-05-04T07:55:00.000Z' });
  });

  it('does nothing for an entry that only waits or expects', async () => {
    await apply({ after: 'P1D' }, { expect: { sent: [] } });
    expect(await records('events.raw')).toEqual([]);
  });
});

describe('what is rejected is something to expect, not a failure (R70)', () => {
  it.each<[string, ScenarioEntry, object[]]>([
    [
      'an item, by its place among good ones',
      {
        batch: {
          batch: [
            { type: 'track', userId: 'ada', event: 'Seen' },
            { type: 'track', userId: 'ada' },
          ],
        },
      },
      [{ index: 1, status: 400 }],
    ],
    ['a call with a mistake', { track: { customer: 'ada', event: '' } }, [{ index: 0, status: 400 }]],
    ['a batch that is none', { batch: { events: [] } }, [{ index: 0, status: 400 }]],
    [
      'a call over 32 KB',
      { track: { customer: 'ada', event: 'Seen', properties: { text: 'x'.repeat(33_000) } } },
      [{ index: 0, status: 413 }],
    ],
    ['a batch over 500 KB', { batch: { batch: ['x'.repeat(520_000)] } }, [{ index: 0, status: 413 }]],
  ])('%s', async (_, entry, expected) => {
    await apply(entry);
    expect(rejected).toEqual(expected.map((each) => ({ ...each, reason: expect.stringMatching(/.{10}/) })));
  });

  it('but a failure of the system is one', async () => {
    ring.log.append = async () => Promise.reject(new WaymarkError('LOG_UNAVAILABLE', 'the log is down'));
    await expect(applyInput(SIGN_UP, context)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(rejected).toEqual([]);
  });
});

describe('what a customer says of herself', () => {
  it('consent and agency become part of her context', async () => {
    await apply(
      { identify: { customer: 'ada' } },
      { consent: { customer: 'ada', channel: 'email', purpose: 'marketing', status: 'granted' } },
      { agency: { customer: 'ada', category: 'refill', level: 'automate' } },
    );
    const ada = await ring.ingestion.customers.context(customerIdSchema.parse('ada'));
    expect(ada.consents['email']?.['marketing']).toBe('granted');
    expect(ada.agency['refill']).toBe('automate');
  });
});

describe('respond', () => {
  it.each(['opened', 'clicked', 'delivered', 'bounced', 'complained', 'unsubscribed'] as const)(
    '%s comes back from the provider of the message, with what caused it',
    async (outcome) => {
      await handOver();
      await apply({ respond: { customer: 'ada', step: 'greet', outcome } });
      const came = (await records('events.raw')).at(-1)!;
      expect(came).toMatchObject({
        customerId: 'ada',
        properties: { outcome, channel: 'hook' },
        cause: { journeyId: 'welcome', stepId: 'greet' },
      });
    },
  );

  it.each<[NonNullable<ScenarioEntry['respond']>, string]>([
    [{ customer: 'ada', outcome: 'opened' }, 'no message was handed over to ada'],
    [{ customer: 'ada', step: 'greet', outcome: 'opened' }, 'no message was handed over to ada at step greet'],
    [{ customer: 'ada', outcome: 'accepted' }, 'no offer was made to ada'],
    [{ customer: 'ada', step: 'greet', outcome: 'declined' }, 'no offer was made to ada at step greet'],
  ])('%j is refused before there is anything to respond to', async (respond, message) => {
    await apply({ identify: { customer: 'ada' } });
    await expect(applyInput({ respond }, context)).rejects.toMatchObject({ code: 'NOT_FOUND', message });
  });

  it('finds no message at another step, and no offer in a message that made none', async () => {
    await handOver();
    await expect(
      applyInput({ respond: { customer: 'ada', step: 'lost', outcome: 'opened' } }, context),
    ).rejects.toThrow('no message was handed over to ada at step lost');
    await expect(
      applyInput({ respond: { customer: 'ada', step: 'greet', outcome: 'accepted' } }, context),
    ).rejects.toThrow('no offer was made to ada at step greet');
  });
});

describe('the world around', () => {
  it('a provider answers as it is told', async () => {
    await apply({ provider: { channel: 'hook', reply: { status: 500 } } });
    await handOver();
    expect(ring.provider.attempts.map(({ status }) => status)).toEqual([500]);
  });

  it('publish applies the workspace with the file in it', async () => {
    const asked: string[] = [];
    context.withFile = (path) => {
      asked.push(path);
      return [
        ...WORKSPACE.filter(({ path: each }) => !each.startsWith('welcome')),
        { path, text: welcomeWith('PT1H', 'PT2H') },
      ];
    };
    await apply({ publish: 'later/welcome.journey.yaml' });
    expect([asked, (await ring.ingestion.workspace.current()).revision]).toEqual([['later/welcome.journey.yaml'], 1]);
  });

  it('a crash is armed and met by the service’s next save; what was saved is published once', async () => {
    await apply({ crash: 'ingestion' }, SIGN_UP, SIGN_UP);
    expect(await names()).toEqual(['Signed Up', 'Signed Up']);
    expect((await records('events')).map(({ type }) => type)).toEqual(['track', 'track']);
  });

  it.each<ScenarioEntry>([
    { decide: { customer: 'ada', slot: 'hero' } },
    { undo: { customer: 'ada', offer: 'refill' } },
  ])('%j is refused when there is no such thing', async (entry) => {
    await ring.ingestion.workspace.apply(WORKSPACE, { dryRun: false });
    await apply({ identify: { customer: 'ada' } });
    await expect(applyInput(entry, context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
