import { readFileSync } from 'node:fs';

const FOLDER = new URL('../sql/', import.meta.url);

/** A statement of `sql/`, by its path without ending. Read once, when its module is loaded. */
export function loadSql(path: string): string {
  return readFileSync(new URL(`${path}.sql`, FOLDER), 'utf8');
}
