import { z } from 'zod';
import type { ErrorItem } from './errors.js';
import type { ShapeOf } from './shape-of.js';

/** One thing wrong inside a request or a file. */
export const errorItemSchema = z.object({
  index: z.number().int().optional().describe('of many, by their place'),
  path: z.string().optional().describe('a JSON pointer'),
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  code: z.string(),
  detail: z.string(),
} satisfies ShapeOf<ErrorItem>);

/** RFC 9457 problem details, as every error answer has it. */
export const problemSchema = z.object({
  type: z.string().default('about:blank'),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(errorItemSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
