import { parseDuration } from '@waymark/customer-context';
import type { PersonalizationDefinitions } from './fold/definitions.js';

const DAY_MS = 86_400_000;

/** How far back offers made matter: an upper bound of the longest window of any offer's limit, in milliseconds. */
export function longestLimitMs({ offers }: PersonalizationDefinitions): number {
  const windows = [...offers.values()].flatMap(({ offer }) => offer.limits?.perCustomer?.window ?? []);
  return Math.max(0, ...windows.map(upperBoundMs));
}

function upperBoundMs(window: string): number {
  const { years, months, weeks, days, exactMs } = parseDuration(window);
  return (years * 366 + months * 31 + weeks * 7 + days + 1) * DAY_MS + exactMs;
}
