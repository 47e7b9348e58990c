import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { calmRequestQueue } from './calm-request-queue.js';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
  prototype: Queue;
};

function queue(pending: unknown[]): Queue {
  return Object.assign(Object.create(prototype) as Queue, {
    pending,
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
  });
}

describe('calmRequestQueue', () => {
  it('sets the timer only while a request waits', () => {
    calmRequestQueue();
    const [empty, waiting] = [queue([]), queue([{}])];
    empty.scheduleCheckPendingRequests();
    waiting.scheduleCheckPendingRequests();
    clearTimeout(waiting.throttleCheckTimeoutId!);
    expect([empty.throttleCheckTimeoutId, waiting.throttleCheckTimeoutId === null]).toEqual([null, false]);
  });

  it('does it once', () => {
    calmRequestQueue();
    const before = prototype.scheduleCheckPendingRequests;
    calmRequestQueue();
    expect(prototype.scheduleCheckPendingRequests).toBe(before);
  });
});
