/** The first line of what went wrong. */
export function reasonOf(error: unknown): string {
  return (error as Error).message.split('\n')[0]!.trim();
}
