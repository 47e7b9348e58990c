import { z } from 'zod';

/**
 * R24: the epoch that the splits of a seed are in, once it is not the first, or once no journey has the seed any more. It stands in
 * no file, and travels the ring as resources do: entries from its position of the log on are of that epoch (R21).
 */
export const splitEpochSchema = z.strictObject({
  kind: z.literal('split-epoch'),
  /** The seed. */
  id: z.string().min(1),
  epoch: z.number().int().min(1),
  /** Who gets what, as the engine says it; it is compared and never parsed. */
  allocation: z.string(),
});
export type SplitEpoch = z.infer<typeof splitEpochSchema>;
