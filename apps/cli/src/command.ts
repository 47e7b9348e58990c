import type { Command } from 'commander';

/** What commands get from the process. */
export interface CommandContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Ends with this code when the command is done. */
  exit: (code: number) => void;
}

/** A command registers itself with its arguments and options. */
export type Register = (program: Command, context: CommandContext) => void;
