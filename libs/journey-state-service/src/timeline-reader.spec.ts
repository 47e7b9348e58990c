import { describe, expect, it } from '@jest/globals';
import { SERVICES, WaymarkError, type CustomerId, type ServiceName, type TimelineEntry } from '@waymark/contracts';
import fc from 'fast-check';
import { TimelineReader } from './timeline-reader.js';

const ADA = 'ada' as CustomerId;

function anEntry(service: ServiceName, at: string, text = service as string): TimelineEntry {
  return { at, service, kind: 'step', text, because: [], facts: {} };
}

const resolve = async (id: string): Promise<CustomerId> => {
  if (id !== 'ada@example.com') throw new WaymarkError('NOT_FOUND', `there is no customer ${id}`);
  return ADA;
};

function reader(...parts: TimelineEntry[][]): TimelineReader {
  return new TimelineReader(
    parts.map((part) => ({ timeline: async () => part })),
    resolve,
  );
}

const read = async (of: TimelineReader, limit = 100) =>
  (await of.read('ada@example.com', { limit })).map(({ text }) => text);

describe("a customer's timeline over all services", () => {
  it('is by time', async () => {
    const of = reader(
      [
        anEntry('action-dispatch', '2026-05-04T08:00:00Z', 'first'),
        anEntry('action-dispatch', '2026-05-04T10:00:00Z', 'third'),
      ],
      [anEntry('ingestion', '2026-05-04T09:00:00Z', 'second')],
    );
    expect(await read(of)).toEqual(['first', 'second', 'third']);
  });

  it('compares instants, however they are written', async () => {
    const of = reader(
      [anEntry('ingestion', '2026-05-04T10:30:00+02:00', 'second')],
      [
        anEntry('ingestion', '2026-05-04T08:00:00.000Z', 'first'),
        anEntry('ingestion', '2026-05-04T09:00:00Z', 'third'),
      ],
    );
    expect(await read(of)).toEqual(['first', 'second', 'third']);
  });

  it('is at one moment in the order of the ring, whatever the order of its sources', async () => {
    const at = '2026-05-04T08:00:00Z';
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...SERVICES], { minLength: SERVICES.length }), async (services) => {
        expect(await read(reader(...services.map((service) => [anEntry(service, at)])))).toEqual(SERVICES);
      }),
    );
  });

  it('keeps the order in which one service tells of one moment', async () => {
    const at = '2026-05-04T08:00:00Z';
    const told = ['a', 'b', 'c'].map((text) => anEntry('journey-state', at, text));
    expect(await read(reader([anEntry('personalization', at, 'd')], told))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells what was decided and delivered behind the step that asked for it, and before what came of it', async () => {
    const at = '2026-05-04T08:00:00Z';
    const about = (actionId: string, entry: TimelineEntry): TimelineEntry => ({ ...entry, actionId });
    const journey = [
      anEntry('journey-state', at, 'enters'),
      about('a', anEntry('journey-state', at, 'asks for a')),
      anEntry('journey-state', at, 'a was sent'),
      about('b', anEntry('journey-state', at, 'asks for b')),
    ];
    const deliveries = ['a', 'b', 'c'].map((action) =>
      about(action, anEntry('action-dispatch', at, `delivers ${action}`)),
    );
    const decisions = [about('b', anEntry('personalization', at, 'decides b'))];
    const later = about('a', anEntry('action-dispatch', '2026-05-04T09:00:00Z', 'delivers a later'));
    expect(await read(reader(journey, [...deliveries, later], decisions))).toEqual([
      'enters',
      'asks for a',
      'delivers a',
      'a was sent',
      'asks for b',
      'decides b',
      'delivers b',
      'delivers c',
      'delivers a later',
    ]);
  });

  it('is the newest when there is more than asked for', async () => {
    const hours = ['08', '09', '10'].map((hour) => anEntry('ingestion', `2026-05-04T${hour}:00:00Z`, hour));
    expect(await read(reader(hours.slice(0, 1), hours.slice(1)), 2)).toEqual(['09', '10']);
  });

  it('asks every service for the customer the id stands for, and for one journey if told', async () => {
    const asked: unknown[] = [];
    const source = { timeline: async (...given: unknown[]) => (asked.push(given), []) };
    await new TimelineReader([source, source], resolve).read('ada@example.com', { limit: 5, journeyId: 'cart' });
    expect(asked).toEqual(Array.from({ length: 2 }, () => [ADA, { limit: 5, journeyId: 'cart' }]));
  });

  it('is NOT_FOUND for an id that is nobody', async () => {
    await expect(reader([]).read('nobody', { limit: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
