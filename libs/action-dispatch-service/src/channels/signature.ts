import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signed request may be. */
const AGE_MAX_MS = 5 * 60_000;

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`. */
export function sign(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${hmac(`${seconds}.${body}`, secret)}`;
}

/** Whether a signature is right and at most five minutes old; compared in constant time. */
export function isSigned(
  body: string,
  signature: string | undefined,
  { secret, nowMs }: { secret: string; nowMs: number },
): boolean {
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature ?? '');
  if (!match) return false;
  const [, seconds, given] = match as unknown as [string, string, string];
  if (Math.abs(nowMs - Number(seconds) * 1000) > AGE_MAX_MS) return false;
  return timingSafeEqual(Buffer.from(hmac(`${seconds}.${body}`, secret)), Buffer.from(given));
}

function hmac(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
