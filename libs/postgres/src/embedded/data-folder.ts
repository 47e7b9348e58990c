import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
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

  /** Takes the folder for this process, making it where there is none. Rejects with DATA_FOLDER_IN_USE. */
  static async take(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true });
    const folder = new DataFolder(path);
    await folder.#lock();
    return folder;
  }

  /** What the folder is. Rejects with DATA_FOLDER_VERSION when this program cannot use it. */
  async describe(): Promise<FolderFile> {
    const path = join(this.path, 'data.json');
    const text = await readIfThere(path);
    if (text === undefined) {
      const made = { layout: LAYOUT, postgres: POSTGRES_MAJOR, password: randomBytes(18).toString('base64url') };
      await writeFile(path, JSON.stringify(made), { mode: 0o600 });
      return made;
    }
    const file = JSON.parse(text) as FolderFile;
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

  /** PostgreSQL's own word on the version, in `PG_VERSION`. */
  async #assertMajor(): Promise<void> {
    const found = await readIfThere(join(this.databasePath, 'PG_VERSION'));
    if (found === undefined || Number(found) === POSTGRES_MAJOR) return;
    throw new WaymarkError(
      'DATA_FOLDER_VERSION',
      `${this.databasePath} holds a PostgreSQL ${found.trim()} database, this Waymark brings ${POSTGRES_MAJOR}: dump it with the old version (pg_dump) and restore it here, or use another folder by --data`,
    );
  }

  /** A lock left by a process that is gone is taken over. */
  async #lock(): Promise<void> {
    for (;;) {
      try {
        const file = await open(this.#lockPath, 'wx', 0o600);
        await file.writeFile(String(process.pid));
        return await file.close();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
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
