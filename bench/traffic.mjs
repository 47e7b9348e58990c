import { setTimeout as sleep } from 'node:timers/promises';
import { WRITE_KEY } from './start-platform.mjs';

const BATCH = 100;
const CONNECTIONS = 8;

/** Sends calls of Segment's API in batches, as fast as they are taken. */
export async function send(address, calls) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
    'content-type': 'application/json',
  };
  let next = 0;
  const worker = async () => {
    while (next < calls.length) {
      const batch = calls.slice(next, (next += BATCH));
      for (;;) {
        const answer = await fetch(new URL('/v1/batch', address), {
          method: 'POST',
          headers,
          body: JSON.stringify({ batch }),
        });
        await answer.text();
        if (answer.ok) break;
        if (answer.status !== 429) throw new Error(`a batch was answered ${answer.status}`);
        await sleep(100);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** Records that every service has processed when nothing is left to do. */
export async function drained(client) {
  for (;;) {
    const { partitions } = await client.get('/api/status');
    if (partitions.every(({ lag }) => lag === 0)) {
      await sleep(50);
      const again = await client.get('/api/status');
      const at = (status) => status.partitions.map(({ nextOffset }) => nextOffset).join();
      if (
        again.partitions.every(({ lag }) => lag === 0) &&
        at(again) === partitions.map(({ nextOffset }) => nextOffset).join()
      )
        return again;
    }
    await sleep(20);
  }
}
