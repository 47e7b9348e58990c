import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WaymarkError } from '@waymark/contracts';

/** The major version of the embedded PostgreSQL; a data folder of another one cannot be used. */
export const POSTGRES_MAJOR = 18;
/** Raised when the folder's own layout changes in a way older programs cannot use. */
const LAYOUT = 1;

interface FolderFile {
  layout: number;
  postgres: number;
  password: string;
}

/** A data folder: `data.json` (what it is), `postgres/` (the database), `lock` (who uses it). */
export class DataFolder {
  readonly path: string;
  readonly #lockPath: string;

  private constructor(path: string) {
    this.path = path;
    this.#lockPath = join(path, 'lock');
  }

  get databasePath(): string {
    return join(this.path, 'postgres');
  }

  /** Whether there is a database: it is put in its place when it is complete. */
  get hasDatabase(): boolean {
    return existsSync(join(this.databasePath, 'PG_VERSION'));
  }

  /** Takes the folder for this process, making it where there is none. Rejects with DATA_FOLDER_IN_USE. */
  static async take(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true });
    const folder = new DataFolder(path);
    await folder.#lock();
    return folder;
  }

  /** What the folder is. Rejects with DATA_FOLDER_VERSION when this program cannot use it. */
  async describe(): Promise<FolderFile> {
    const file = parse(await readIfThere(this.#filePath));
    if (!file) return this.#make();
    if (file.layout > LAYOUT) {
      throw new WaymarkError(
        'DATA_FOLDER_VERSION',
        `${this.path} was made by a newer Waymark (layout ${file.layout}, this one knows ${LAYOUT}): use that version, or another folder by --data`,
      );
    }
    await this.#assertMajor();
    return file;
  }

  async release(): Promise<void> {
    await rm(this.#lockPath, { force: true });
  }

  get #filePath(): string {
    return join(this.path, 'data.json');
  }

  /** Whole or not at all, as the password in it is the only one. */
  async #make(): Promise<FolderFile> {
    if (this.hasDatabase) {
      throw new WaymarkError(
        'INVALID_CONFIGURATION',
        `${this.#filePath} is missing or damaged, and holds the password of the database beside it: restore it from a backup, or use another folder by --data`,
      );
    }
    const made = { layout: LAYOUT, postgres: POSTGRES_MAJOR, password: randomBytes(18).toString('base64url') };
    const making = `${this.#filePath}.new`;
    await writeFile(making, JSON.stringify(made), { mode: 0o600, flush: true });
    await rename(making, this.#filePath);
    return made;
  }

  /** PostgreSQL's own word on the version, in `PG_VERSION`. */
  async #assertMajor(): Promise<void> {
    const found = await readIfThere(join(this.databasePath, 'PG_VERSION'));
    if (found === undefined || Number(found) === POSTGRES_MAJOR) return;
    throw new WaymarkError(
      'DATA_FOLDER_VERSION',
      `${this.databasePath} holds a PostgreSQL ${found.trim()} database, this Waymark brings ${POSTGRES_MAJOR}: dump it with the old version (pg_dump) and restore it here, or use another folder by --data`,
    );
  }

  /**
   * A lock left by a process that is gone is taken over. It is linked into its place with our number already in it, as
   * whoever finds one without a number takes it for such a lock.
   */
  async #lock(): Promise<void> {
    const mine = `${this.#lockPath}.${process.pid}`;
    try {
      await writeFile(mine, String(process.pid), { mode: 0o600 });
      while (!(await linked(mine, this.#lockPath))) await this.#removeStaleLock();
    } finally {
      await rm(mine, { force: true });
    }
  }

  /** Ours is stale too: in a container every life of a program has the same number. */
  async #removeStaleLock(): Promise<void> {
    const pid = Number(await readIfThere(this.#lockPath));
    if (pid !== process.pid && isAlive(pid)) {
      throw new WaymarkError(
        'DATA_FOLDER_IN_USE',
        `${this.path} is used by another Waymark (process ${pid}): stop it, or use another folder by --data`,
      );
    }
    await rm(this.#lockPath, { force: true });
  }
}

/** Gives a file a second name; resolves with false where there is a file of that name. */
async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined for a file that is not there, or was not written to its end. */
function parse(text: string | undefined): FolderFile | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as FolderFile);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
