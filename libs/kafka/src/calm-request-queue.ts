import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const require = createRequire(import.meta.url);

/**
 * kafkajs 2.2.4 looks whether a request waits by a timer, which it also sets when none does, with a negative delay: for
 * every connection it fires each millisecond for ever, 3 % of a core (measured), and Node prints a warning. From here on
 * it is set only while a request waits. Whoever puts a request there sets it anew.
 */
export function calmRequestQueue(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = calm(prototype.scheduleCheckPendingRequests);
}

const isCalm = new WeakSet<() => void>();

function calm(original: RequestQueue['scheduleCheckPendingRequests']): RequestQueue['scheduleCheckPendingRequests'] {
  if (isCalm.has(original)) return original;
  function scheduleWhileSomethingWaits(this: RequestQueue): void {
    if (this.pending.length > 0) original.call(this);
  }
  isCalm.add(scheduleWhileSomethingWaits);
  return scheduleWhileSomethingWaits;
}
