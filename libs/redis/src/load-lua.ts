import { readFileSync } from 'node:fs';

const FOLDER = new URL('../lua/', import.meta.url);

/** A script of `lua/`, by its name without ending. Read once, when its module is loaded. */
export function loadLua(name: string): string {
  return readFileSync(new URL(`${name}.lua`, FOLDER), 'utf8');
}
