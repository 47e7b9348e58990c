import type { CustomerId } from '@waymark/contracts';
import { CONTEXT_BYTES_MAX, emptyContext, type CustomerContext } from '@waymark/customer-context';
import type { WantedContext } from '@waymark/ports';

/** Of the layout of keys and values; to be raised when older ones can no longer be read. */
const FORMAT = 1;
const SHAPE = Object.entries(emptyContext('' as CustomerId));

/** Where a customer's context is kept. One key each: a script touches one slot of a cluster, whatever is in the id. */
export function keyOf(prefix: string, customerId: CustomerId): string {
  return `${prefix}:ctx${FORMAT}:${customerId}`;
}

/** What is stored of a context beside its version: its JSON, or nothing when it is larger than a context may be. */
export function contentOf(context: CustomerContext): string {
  const json = JSON.stringify(context);
  return Buffer.byteLength(json) > CONTEXT_BYTES_MAX ? '' : json;
}

/**
 * The context of a stored value `<version> <JSON>`; undefined when it is older than wanted, has no content, or is not a
 * context of this customer in the shape of today. An old one is told by its version alone.
 */
export function contextOf(value: string, { customerId, minVersion }: WantedContext): CustomerContext | undefined {
  const [, version] = /^(\d{1,16}) /.exec(value) ?? [];
  if (version === undefined || Number(version) < minVersion) return undefined;
  const content = parsed(value.slice(version.length + 1));
  if (!isContext(content) || content.id !== customerId || content.version !== Number(version)) return undefined;
  return content;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Every field that a context always has is there, of its type: one that another version wrote is not taken for one of ours. */
function isContext(value: unknown): value is CustomerContext {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return SHAPE.every(([name, empty]) => {
    const field = fields[name];
    return typeof field === typeof empty && field !== null && Array.isArray(field) === Array.isArray(empty);
  });
}
