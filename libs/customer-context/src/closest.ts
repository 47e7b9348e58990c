import { distance } from 'fastest-levenshtein';

/**
 * The known name that was most likely meant, if one is near enough to be worth suggesting: at most a third of the letters
 * differ, or the same letters stand in another order.
 */
export function closest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const d = distanceOf(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

function distanceOf(a: string, b: string): number {
  return a !== b && letters(a) === letters(b) ? 1 : distance(a, b);
}

function letters(text: string): string {
  return [...text].sort().join('');
}
