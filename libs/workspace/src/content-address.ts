import type { Json, Resource, VersionId } from '@waymark/contracts';

/** SHA-256 in hex of a text; an argument, as this library knows no platform that would have it. */
export type Sha256 = (text: string) => string;

/** The version of a resource: the hash of what it says, whatever the order of its keys. */
export function contentAddress(resource: Resource, sha256: Sha256): VersionId {
  return sha256(canonical(resource)).slice(0, 16) as VersionId;
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`;
}
