import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PlatformProcess } from './support/platform-process.js';

let platform: PlatformProcess;

beforeAll(async () => {
  platform = await PlatformProcess.create();
  await platform.start();
}, 120_000);
afterAll(() => platform.remove());

/** Resolves when this life of the process has kept house once. */
async function housekept(): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(new URL('/metrics', platform.url))).text();
    const at = /^waymark_housekeeping_success_seconds\{service="journey-state"\} (\S+)/m.exec(metrics)?.[1];
    if (Number(at) > 0) return;
  }
}

const made = (): string[] => platform.logLines.filter((line) => line.includes('partitions of the history were made'));

it('one process keeps its storage in order when it starts, and finds it so when it starts again', async () => {
  await housekept();
  expect(made()).toHaveLength(1);
  expect(made()[0]).toMatch(/"made":\[("history_\d{4}_\d{2}",?){5,6}\]/);
  expect(await platform.end('SIGTERM')).toBe(0);
  await platform.start();
  await housekept();
  expect(made()).toHaveLength(1);
  expect(platform.logLines.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([]);
}, 120_000);
