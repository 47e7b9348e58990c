import { z } from 'zod';
import { eachPartition, type PartitionsPage } from '../partition-cursor.js';
import type { Inspector } from './inspector.js';
import { findingSchema, type Finding } from './reasons.js';

/** What was found in one stretch of the instances. */
export const checkPageSchema = z
  .object({
    findings: z.array(findingSchema),
    checked: z.number().int().describe('how many instances were looked at'),
    cursor: z.string().optional().describe('where the next stretch begins; absent after the last one'),
  })
  .meta({ id: 'CheckPage' });
export type CheckPage = z.infer<typeof checkPageSchema>;

/** Checks all instances, stretch by stretch, at the pace of whoever asks. */
export class InstanceCheck {
  readonly #inspector: Inspector;
  readonly #partitions: number;

  constructor(inspector: Inspector, partitions: number) {
    this.#inspector = inspector;
    this.#partitions = partitions;
  }

  /** Looks at `limit` instances at most. Rejects with INVALID_BODY for a cursor that it has not given. */
  async page({ cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<CheckPage> {
    let checked = 0;
    const read = async (partition: number, after: string, max: number): Promise<PartitionsPage<Finding>> => {
      const page = await this.#inspector.page({ partition, after, max });
      checked += page.checked;
      const doors = page.next === undefined ? await this.#inspector.doors(partition) : [];
      return { found: [...page.findings, ...doors], read: page.checked, next: page.next };
    };
    const { found, cursor: next } = await eachPartition({ cursor, limit, partitions: this.#partitions, read });
    return { findings: found, checked, ...(next !== undefined && { cursor: next }) };
  }
}
