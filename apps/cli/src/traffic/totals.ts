/** What came of the traffic so far. */
export interface Totals {
  /** Seconds since it began. */
  seconds: number;
  /** Events that the platform has taken. */
  sent: number;
  /** Requests that were sent again, by why: a status, or `unreachable`. */
  retried: Readonly<Record<string, number>>;
  /** Events and reactions that the platform refused. */
  failed: number;
  /** Events and reactions that were not answered yet when it had to end. */
  abandoned: number;
  /** Opens, clicks, answers to offers, and takings back that were told; those that came too late are not counted. */
  reactions: number;
  /** Messages that reached the outside, each once. */
  received: number;
  /** Messages that came again with a key already taken. */
  receivedTwice: number;
}

/** One line for people. */
export function totalsText(totals: Totals): string {
  const { seconds, sent, retried, failed, abandoned, reactions, received, receivedTwice } = totals;
  const rate = seconds === 0 ? '0' : (sent / seconds).toFixed(1);
  const causes = Object.entries(retried).map(([cause, count]) => `${cause}: ${count}`);
  const again = Object.values(retried).reduce((sum, count) => sum + count, 0);
  return [
    `${seconds.toFixed(0)} s: ${sent} sent (${rate}/s)`,
    `${again} retried${again === 0 ? '' : ` (${causes.join(', ')})`}`,
    `${failed} failed`,
    ...(abandoned === 0 ? [] : [`${abandoned} abandoned`]),
    `${reactions} reactions`,
    `${received} messages received, ${receivedTwice} twice`,
  ].join(', ');
}
