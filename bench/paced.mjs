import { setTimeout as sleep } from 'node:timers/promises';
import { WRITE_KEY } from './start-platform.mjs';

const TICK_MS = 100;
const BATCH_MAX = 200;

/** Sends `count` calls evenly from `startAt` (ms) on, over so many milliseconds; resolves with how many. Rejects when one is refused. */
export async function paced(address, { make, count, startAt, overMs }) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
    'content-type': 'application/json',
  };
  let sent = 0;
  while (sent < count) {
    const wanted = Math.min(count, Math.floor(((Date.now() - startAt) / overMs) * count), sent + BATCH_MAX);
    if (wanted <= sent) {
      await sleep(TICK_MS);
      continue;
    }
    const batch = Array.from({ length: wanted - sent }, (_, i) => make(sent + i));
    const body = JSON.stringify({ batch });
    const answer = await fetch(new URL('/v1/batch', address), { method: 'POST', headers, body });
    await answer.text();
    if (!answer.ok) throw new Error(`a batch was answered ${answer.status}`);
    sent = wanted;
  }
  return sent;
}
