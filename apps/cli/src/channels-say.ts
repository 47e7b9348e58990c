/** Whether channels find the environment variables they refer to, in a sentence for people. */
export function channelsSay(unset: readonly string[]): string {
  return unset.length === 0
    ? 'all variables they refer to are set'
    : `they refer to environment variables that are not set, or not ones that WAYMARK_CHANNEL_VARIABLES names: ${unset.join(', ')}`;
}
