import { utf8 } from '@waymark/contracts';

/** A source of numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/** sfc32 (Chris Doty-Humphrey's Small Fast Counter, 128 bits of state), seeded by FNV-1a hashes of the text. */
export function seededRandom(seed: string): Random {
  let [a, b, c, d] = [0, 1, 2, 3].map((salt) => hash(`${salt}:${seed}`)) as [number, number, number, number];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of utf8(text)) h = Math.imul(h ^ byte, 0x01000193);
  return h | 0;
}

/**
 * A draw from Beta(alpha, beta), as the ratio of two Gamma draws (Marsaglia and Tsang, 2000). Of shapes so small that both
 * draws vanish, the distribution is all but a coin with two sides.
 */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  const x = drawGamma(random, alpha);
  const y = drawGamma(random, beta);
  if (x + y === 0) return random() < alpha / (alpha + beta) ? 1 : 0;
  return x / (x + y);
}

function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller's transform. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
