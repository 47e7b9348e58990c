import { createHash } from 'node:crypto';

/** A short id (24 characters, 144 bits of SHA-256) that is the same for the same parts and collides with no other. */
export function hashId(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24);
}
