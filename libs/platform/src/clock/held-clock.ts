import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '@waymark/contracts';
import { ManualClock } from '@waymark/ports';

const RUN_EVERY_MS = 200;

/**
 * A clock that stands still until it is told to move, and remembers where it stood: a process killed in the middle of a
 * demo goes on at the moment at which it was, so that its outcome is that of an undisturbed run.
 */
export class HeldClock extends ManualClock {
  readonly #path: string;
  #running: NodeJS.Timeout | undefined;

  constructor(dataDir: string, start: EpochMs) {
    const path = join(dataDir, 'clock');
    super(Math.max(start, positionAt(path)));
    this.#path = path;
    this.#keep();
  }

  override moveTo(to: EpochMs): void {
    super.moveTo(to);
    this.#keep();
  }

  /** From now on it runs by itself, a second a second: a demo is over, and the platform stays up. */
  run(): void {
    let before = performance.now();
    this.#running ??= setInterval(() => {
      const now = performance.now();
      this.moveTo(this.now() + Math.floor(now - before));
      before += Math.floor(now - before);
    }, RUN_EVERY_MS).unref();
  }

  /** Replaces the file as a whole: one cut short by a kill would read as no position, and the clock would go back. */
  #keep(): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, String(this.now()));
    renameSync(next, this.#path);
  }
}

function positionAt(path: string): EpochMs {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
