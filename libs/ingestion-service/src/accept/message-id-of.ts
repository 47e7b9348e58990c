import { createHash } from 'node:crypto';
import { messageIdSchema, type CloudEvent } from '@waymark/contracts';

/** No URI has it, so that where the source ends is certain. */
const BETWEEN = '|';

/**
 * The message id of a CloudEvent, whose `id` names one event of its `source` only (CloudEvents 1.0): `source|id`, or a hash
 * of the two where that is too long for a message id or the source is no URI. A hash has no `|`, so the two never meet.
 */
export function messageIdOf({ source, id }: Pick<CloudEvent, 'source' | 'id'>): string {
  const readable = `${source}${BETWEEN}${id}`;
  if (!source.includes(BETWEEN) && messageIdSchema.safeParse(readable).success) return readable;
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('base64url')}`;
}
