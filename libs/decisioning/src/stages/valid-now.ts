import type { Stage } from '../candidate.js';

/** Refuses with EXPIRED outside the offer's dates. */
export const validNow: Stage = (survivor, { request }) => {
  const { from, to } = survivor.compiled.offer.valid ?? {};
  if (from !== undefined && request.now < Date.parse(from))
    return { reason: 'EXPIRED', because: `it begins on ${from}` };
  if (to !== undefined && request.now >= Date.parse(to)) return { reason: 'EXPIRED', because: `it ended on ${to}` };
  return survivor;
};
