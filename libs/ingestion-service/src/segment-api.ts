import { customerIdSchema, WaymarkError, type Segment } from '@waymark/contracts';
import type { IngestionStore, WorkspaceRegistry } from '@waymark/ports';
import { z } from 'zod';

/** A segment of the workspace, and how many are in it now. */
export const segmentCountSchema = z
  .object({ id: z.string(), name: z.string(), count: z.number().int() })
  .meta({ id: 'SegmentCount' });
export type SegmentCount = z.infer<typeof segmentCountSchema>;

/** A page of a segment's members, by id. */
export const memberPageSchema = z
  .object({
    customers: z.array(customerIdSchema),
    cursor: z.string().optional().describe('asks for the next page; absent on the last'),
  })
  .meta({ id: 'SegmentMembers' });
export type MemberPage = z.infer<typeof memberPageSchema>;

export interface SegmentApiOptions {
  store: Pick<IngestionStore, 'members' | 'memberCounts'>;
  registry: Pick<WorkspaceRegistry, 'current'>;
}

/** Who is in which segment. While a changed segment is being evaluated the answer is of those evaluated so far. */
export class SegmentApi {
  readonly #options: SegmentApiOptions;

  constructor(options: SegmentApiOptions) {
    this.#options = options;
  }

  /** The segments of the workspace, by id. */
  async list(): Promise<SegmentCount[]> {
    const [segments, counts] = await Promise.all([this.#segments(), this.#options.store.memberCounts()]);
    return segments
      .map(({ id, name = id }) => ({ id, name, count: counts.get(id) ?? 0 }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Rejects with NOT_FOUND when the workspace has no such segment. */
  async members(id: string, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<MemberPage> {
    const segments = await this.#segments();
    if (!segments.some((segment) => segment.id === id))
      throw new WaymarkError('NOT_FOUND', `the workspace has no segment "${id}"`);
    const found = await this.#options.store.members(id, { after: cursor, limit: limit + 1 });
    const customers = found.slice(0, limit);
    return found.length > limit ? { customers, cursor: customers.at(-1)! } : { customers };
  }

  async #segments(): Promise<Segment[]> {
    const { resources } = await this.#options.registry.current();
    return resources.flatMap(({ resource }) => (resource.kind === 'segment' ? [resource] : []));
  }
}
