import { z } from 'zod';
import { versionIdSchema } from './ids.js';
import { resourceSchema } from './definitions/resource.js';

/** One resource put or deleted. `version` is the content address of `resource`. */
export const resourceChangeSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), version: versionIdSchema, resource: resourceSchema }),
  z.object({ op: z.literal('delete'), kind: z.string(), id: z.string() }),
]);
export type ResourceChange = z.infer<typeof resourceChangeSchema>;
