import { createHash } from 'node:crypto';

/** A number in [0, 1) that is always the same for the same text: jitter and spread without chance. */
export function unitHash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
