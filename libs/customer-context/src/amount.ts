import type { Json } from '@waymark/contracts';

/** No shop has more; sums of amounts up to it stay exact to the cent for as long as anybody counts, and finite for ever. */
const AMOUNT_MAX = 1e15;

/** A number that can be added up; undefined for what is none, or is absurd: one such would spoil every sum it enters. */
export function amountOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= AMOUNT_MAX ? value : undefined;
}
