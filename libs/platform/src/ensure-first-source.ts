import { failureKind, sourceIdSchema } from '@waymark/contracts';
import type { Clock, SourceRegistry } from '@waymark/ports';
import { sha256 } from './checked-resources.js';

const DEFAULT_SOURCE = 'default';
const HASH_SHOWN = 8;

/**
 * Lets this process's write key send. A key that is new becomes another source behind the first one: applications that
 * send with an older key go on sending. Processes may start at the same time: who comes second finds the first one's.
 */
export async function ensureFirstSource(sources: SourceRegistry, writeKey: string, clock: Clock): Promise<void> {
  const keyHash = sha256(writeKey);
  try {
    await putUnlessKnown(sources, keyHash, clock);
  } catch (error) {
    if (failureKind(error) !== 'conflict') throw error;
    await putUnlessKnown(sources, keyHash, clock);
  }
}

async function putUnlessKnown(sources: SourceRegistry, keyHash: string, clock: Clock): Promise<void> {
  if (await sources.byKeyHash(keyHash)) return;
  const isFirst = !(await sources.list()).some(({ id }) => id === DEFAULT_SOURCE);
  const id = isFirst ? DEFAULT_SOURCE : `${DEFAULT_SOURCE}-${keyHash.slice(0, HASH_SHOWN)}`;
  const name = isFirst ? 'Default source' : 'Default source with another key';
  await sources.put({ id: sourceIdSchema.parse(id), name, keyHash, createdAt: new Date(clock.now()).toISOString() });
}
