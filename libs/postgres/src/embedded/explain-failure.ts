import { WaymarkError } from '@waymark/contracts';

/** A program of PostgreSQL that failed. */
export interface Failure {
  /** The program and what it was told, such as `pg_ctl start`. */
  command: string;
  /** What it and the server said, in English (LC_ALL=C). */
  said: string;
  cause: unknown;
}

/** One sentence that says what to do about a failure of the PostgreSQL in `path`. */
export function explainFailure(path: string, { command, said, cause }: Failure): WaymarkError {
  if (/No space left on device/.test(said)) return diskFull(path, cause);
  if (/Permission denied|could not access directory/.test(said)) {
    return new WaymarkError(
      'INVALID_CONFIGURATION',
      `PostgreSQL cannot reach ${path}: as root it runs as the user "postgres", who must be able to enter all parent folders; use another folder by --data`,
      { cause },
    );
  }
  return new WaymarkError(
    'STORE_UNAVAILABLE',
    `the embedded PostgreSQL did not do as told (${command}); its log is ${path}/server.log`,
    { cause },
  );
}

/** A server was killed and those who served its connections have not all noticed yet: it may start when they have. */
export function isStillEnding({ said }: Failure): boolean {
  return /pre-existing shared memory block .* is still in use/.test(said);
}

/** A failure of our own while making the data folder: a full disk is said as PostgreSQL's would be, others pass. */
export function explainOwnFailure(path: string, thrown: unknown): unknown {
  return (thrown as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(path, thrown) : thrown;
}

function diskFull(path: string, cause: unknown): WaymarkError {
  return new WaymarkError(
    'DISK_FULL',
    `the disk of ${path} is full: make room, or use a folder on another disk by --data`,
    { cause },
  );
}
