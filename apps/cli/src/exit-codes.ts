/** What the command line's exit codes mean. */
export const EXIT = { ok: 0, failed: 1, usage: 2, configuration: 78 } as const;
