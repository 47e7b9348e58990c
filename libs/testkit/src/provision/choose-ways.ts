/** How a server is provided: at an address that somebody gave, as a container, or as a process of this machine. */
export type Way = 'given' | 'docker' | 'native';

/** Which ways there are on this machine. */
export type Means = Record<Way, boolean>;

/**
 * The ways to try, in order; none when there is none. A given address stands alone: whoever names a server wants that one
 * and no other.
 */
export function chooseWays(means: Means): Way[] {
  if (means.given) return ['given'];
  return (['docker', 'native'] as const).filter((way) => means[way]);
}
