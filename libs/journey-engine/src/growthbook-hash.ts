import { utf8 } from '@waymark/contracts';

/** How many values the hash has. */
export const HASH_VALUES = 10_000;

/** R46: GrowthBook's hash version 2, in [0, 1) with four digits: `fnv1a32(str(fnv1a32(seed + unit))) % 10000 / 10000`. */
export function growthbookHash(seed: string, unit: string): number {
  return (fnv1a32(String(fnv1a32(seed + unit))) % HASH_VALUES) / HASH_VALUES;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes. */
function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** The variant a unit falls into; weights are positive and relative. */
export function chooseVariant<V extends { weight: number }>(variants: readonly V[], hash: number): V {
  const total = variants.reduce((sum, variant) => sum + variant.weight, 0);
  let upTo = 0;
  for (const variant of variants) {
    upTo += variant.weight / total;
    if (hash < upTo) return variant;
  }
  return variants.at(-1)!;
}
