/** One mistake in a workspace, with where it is and what would be right. */
export interface WorkspaceError {
  file: string;
  /** Counted from 1. */
  line: number;
  column: number;
  code:
    | 'SYNTAX'
    | 'UNKNOWN_KIND'
    | 'UNKNOWN_KEY'
    | 'INVALID_VALUE'
    | 'MISSING'
    | 'DUPLICATE_ID'
    | 'UNKNOWN_REFERENCE'
    | 'UNREACHABLE'
    | 'NO_END'
    | 'CONDITION'
    | 'TEMPLATE'
    | 'SCHEMA';
  /** JSON pointer into the resource. */
  path: string;
  message: string;
  suggestion?: string | undefined;
}

/** A path into a resource: keys and indexes. */
export type Path = readonly (string | number)[];

/** How the checks tell of a mistake: where in the resource, and what. */
export interface Finding {
  path: Path;
  /** Points at the key and not at its value. */
  atKey?: boolean;
  code: WorkspaceError['code'];
  message: string;
  suggestion?: string | undefined;
  /** Characters into the value, for conditions. */
  column?: number | undefined;
}
