/** Half, 99 of 100, and all of these are at most so many milliseconds late. */
export function lateness(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}
