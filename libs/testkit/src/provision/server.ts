import type { Way } from './choose-ways.js';

/**
 * A server of our own, which may be ended, held and started again on the same port with the same data.
 *
 *   running --stop--> stopped --start--> running --pause--> paused --resume--> running
 *      '---------------- remove, from any of them ---------------------------> gone
 */
export interface Server {
  readonly way: Way;
  /** A URL, or host and port for Kafka. Holds a password of its own: not to be logged. */
  readonly address: string;
  /** Resolves when it serves. */
  start(): Promise<void>;
  /** SIGTERM lets it end in order, SIGKILL does not; what it has acknowledged is there when it starts again. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** It keeps its connections and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}
