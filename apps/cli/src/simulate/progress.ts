import { Presets, SingleBar } from 'cli-progress';

const TICKS = 1_000;

/** Tells how far a simulation has come, on standard error. */
export interface Progress {
  /** `share` is in [0, 1]. */
  update(of: { share: number; events: number; at: number }): void;
  stop(): void;
}

/** A bar where somebody looks on, at a terminal. */
export function progressBar({ quiet }: { quiet: boolean }): Progress {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: `{day} |{bar}| {percentage}%  {events} events`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(TICKS, 0, { day: '          ', events: 0 });
  return {
    update: ({ share, events, at }) =>
      bar.update(Math.floor(Math.min(share, 1) * TICKS), { events, day: new Date(at).toISOString().slice(0, 10) }),
    stop: () => bar.stop(),
  };
}
