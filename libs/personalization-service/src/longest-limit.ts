import { upperBoundMs } from '@waymark/customer-context';
import type { PersonalizationDefinitions } from './fold/definitions.js';

/** How far back offers made matter: an upper bound of the longest window of any offer's limit, in milliseconds. */
export function longestLimitMs({ offers }: PersonalizationDefinitions): number {
  const windows = [...offers.values()].flatMap(({ offer }) => offer.limits?.perCustomer?.window ?? []);
  return Math.max(0, ...windows.map(upperBoundMs));
}
