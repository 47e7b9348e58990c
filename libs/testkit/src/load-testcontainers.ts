import type * as Testcontainers from 'testcontainers';

/** Takes a second, so only who needs it loads it. Its own reaper would be one more image; ours removes the same. */
export async function loadTestcontainers(): Promise<typeof Testcontainers> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  return import('testcontainers');
}
