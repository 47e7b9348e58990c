import { addDuration, parseDuration, zoneOf, zoneOrUtc } from '@waymark/customer-context';
import type { Stage } from '../candidate.js';

/** Refuses with LIMIT what this customer was offered too often within the window. */
export const withinLimit: Stage = (survivor, { madeAt, request, scope }) => {
  const { id, limits } = survivor.compiled.offer;
  if (!limits?.perCustomer) return survivor;
  const { limit, window } = limits.perCustomer;
  const zone = zoneOrUtc(zoneOf(scope.customer));
  const duration = parseDuration(window);
  const recent = (madeAt.get(id) ?? []).filter((at) => addDuration(at, duration, zone) > request.now);
  return recent.length < limit
    ? survivor
    : { reason: 'LIMIT', because: `made ${recent.length} times within ${window}, at most ${limit}` };
};
