import { WaymarkError, type InstanceId, type ShapeOf } from '@waymark/contracts';
import type { Instance } from '@waymark/journey-engine';
import { VariantCounts, type JourneyCount, type JourneyStore, type VariantCount } from '@waymark/ports';
import { z } from 'zod';
import { instanceSchema } from './instance-schema.js';
import { eachPartition, type PartitionsPage } from './partition-cursor.js';

const count = z.number().int();
const counts = z.record(z.string(), count);

/** How a variant is doing in one epoch, over all versions of its journey. Two epochs are two experiments: they are never added up. */
export const variantReportSchema = z
  .object({
    variant: z.string(),
    epoch: count,
    entered: count.describe('instances that went on by it'),
    exposed: count.describe('customers to whom it has made a difference'),
    converted: count.describe('instances'),
    value: z.number().describe("sum of their conversions' values, in the workspace's currency"),
  } satisfies ShapeOf<Omit<VariantCount, 'journeyId' | 'version' | 'stepId'>>)
  .meta({ id: 'VariantReport' });
export type VariantReport = z.infer<typeof variantReportSchema>;

/** How a journey is doing, over all its versions. */
export const journeyReportSchema = z
  .object({
    id: z.string(),
    entered: count,
    active: count.describe('how many are inside now'),
    converted: count,
    value: z.number().describe("sum of conversion values, in the workspace's currency"),
    steps: counts.describe('how often each step was entered'),
    population: counts.describe('how many are at each step now'),
    ended: counts.describe('by reason'),
    refused: counts.describe('at the door, by reason'),
    splits: z
      .record(z.string(), z.array(variantReportSchema))
      .describe("the results of each split's variants, by step; the first epoch first"),
  })
  .meta({ id: 'JourneyReport' });
export type JourneyReport = z.infer<typeof journeyReportSchema>;

/** One customer inside a journey. */
const insideSchema = instanceSchema.pick({ id: true, customerId: true, version: true, step: true, enteredAt: true });
export type Inside = z.infer<typeof insideSchema>;

export const insidePageSchema = z
  .object({
    instances: z.array(insideSchema),
    cursor: z.string().optional().describe('where the next page begins; absent after the last one'),
  })
  .meta({ id: 'JourneyInstances' });
export type InsidePage = z.infer<typeof insidePageSchema>;

/** What can be asked of journeys and instances. */
export class JourneyApi {
  readonly #store: JourneyStore;
  readonly #partitions: number;

  constructor(store: JourneyStore, partitions: number) {
    this.#store = store;
    this.#partitions = partitions;
  }

  async journeys(): Promise<JourneyReport[]> {
    const reports = new Map<string, JourneyReport>();
    const of = (id: string): JourneyReport => {
      const known = reports.get(id) ?? {
        id,
        entered: 0,
        active: 0,
        converted: 0,
        value: 0,
        steps: {},
        population: {},
        ended: {},
        refused: {},
        splits: {},
      };
      reports.set(id, known);
      return known;
    };
    for (const count of await this.#store.counts()) add(of(count.journeyId), count);
    for (const [journeyId, splits] of splitsOf(await this.#store.variantCounts())) of(journeyId).splits = splits;
    for (const { journeyId, step, count } of await this.#store.population()) {
      const report = of(journeyId);
      report.active += count;
      report.population[step] = (report.population[step] ?? 0) + count;
    }
    return [...reports.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Rejects with NOT_FOUND. */
  async journey(id: string): Promise<JourneyReport> {
    const report = (await this.journeys()).find((journey) => journey.id === id);
    if (!report) throw new WaymarkError('NOT_FOUND', `no journey "${id}" has had anybody at its door yet`);
    return report;
  }

  /** Those inside a journey, `limit` at most. Rejects with NOT_FOUND where nobody ever was, INVALID_BODY for a cursor of no page. */
  async inside(
    journeyId: string,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<InsidePage> {
    const read = async (partition: number, after: string, max: number): Promise<PartitionsPage<Inside>> => {
      const its = await this.#store.inside({ partition, journeyId, after, max });
      return { found: its.map(insideOf), read: its.length, next: its.length < max ? undefined : its.at(-1)!.id };
    };
    const page = await eachPartition({ cursor, limit, partitions: this.#partitions, read });
    if (cursor === undefined && page.found.length === 0) await this.journey(journeyId);
    return { instances: page.found, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  }

  /** Rejects with NOT_FOUND. */
  async instance(id: string): Promise<Instance> {
    const instance = await this.#store.instance(id as InstanceId);
    if (!instance) throw new WaymarkError('NOT_FOUND', `there is no instance ${id}`);
    return instance;
  }
}

function insideOf({ id, customerId, version, step, enteredAt }: Instance): Inside {
  return { id, customerId, version, step, enteredAt };
}

function add(report: JourneyReport, { what, key, count, value }: JourneyCount): void {
  const list = { arrived: report.steps, ended: report.ended, refused: report.refused };
  if (what === 'entered') report.entered += count;
  else if (what === 'converted') {
    report.converted += count;
    report.value += value;
  } else list[what][key] = (list[what][key] ?? 0) + count;
}

/** By journey and step. */
function splitsOf(counts: readonly VariantCount[]): Map<string, JourneyReport['splits']> {
  const overVersions = new VariantCounts();
  for (const count of counts) overVersions.add({ ...count, version: '' });
  const found = new Map<string, JourneyReport['splits']>();
  for (const { journeyId, version: _, stepId, ...report } of overVersions.list()) {
    const splits = found.get(journeyId) ?? {};
    found.set(journeyId, { ...splits, [stepId]: [...(splits[stepId] ?? []), report].sort(byEpoch) });
  }
  return found;
}

function byEpoch(a: VariantReport, b: VariantReport): number {
  return a.epoch - b.epoch || (a.variant < b.variant ? -1 : 1);
}
