import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HeldClock } from './held-clock.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const HOUR = 3_600_000;

describe('HeldClock', () => {
  let dataDir = '';

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'clock-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('stands where it begins until it is moved', () => {
    const clock = new HeldClock(dataDir, START);
    expect(clock.now()).toBe(START);
    clock.moveTo(START + HOUR);
    expect(clock.now()).toBe(START + HOUR);
  });

  it('goes on where an earlier life stood', () => {
    new HeldClock(dataDir, START).moveTo(START + 5 * HOUR);
    expect(new HeldClock(dataDir, START).now()).toBe(START + 5 * HOUR);
  });

  it('remembers where it stood though it was never moved', () => {
    new HeldClock(dataDir, START + HOUR);
    expect(new HeldClock(dataDir, START).now()).toBe(START + HOUR);
  });

  it('begins later than it stood when it is told to', () => {
    new HeldClock(dataDir, START).moveTo(START + HOUR);
    const later = new HeldClock(dataDir, START + 2 * HOUR);
    expect(later.now()).toBe(START + 2 * HOUR);
    expect(new HeldClock(dataDir, START).now()).toBe(START + 2 * HOUR);
  });

  it('never goes back, and a refused move leaves its position', () => {
    const clock = new HeldClock(dataDir, START + HOUR);
    expect(() => clock.moveTo(START)).toThrow('a clock does not go back');
    expect([clock.now(), new HeldClock(dataDir, START).now()]).toEqual([START + HOUR, START + HOUR]);
  });

  it('has kept its position by the time anybody is woken by it', async () => {
    const clock = new HeldClock(dataDir, START);
    const woken = clock
      .wakeAt(START + HOUR, new AbortController().signal)
      .then(() => new HeldClock(dataDir, START).now());
    clock.moveTo(START + HOUR);
    expect(await woken).toBe(START + HOUR);
  });

  it('replaces what it keeps as a whole, so that a kill in the middle leaves the position before', () => {
    const clock = new HeldClock(dataDir, START);
    const before = openSync(join(dataDir, 'clock'), 'r');
    clock.moveTo(START + HOUR);
    expect(readFileSync(before, 'utf8')).toBe(String(START));
    closeSync(before);
    expect(readdirSync(dataDir)).toEqual(['clock']);
  });

  it.each(['', 'noon', 'NaN'])('begins anew where what it kept is %j', (kept) => {
    writeFileSync(join(dataDir, 'clock'), kept);
    expect(new HeldClock(dataDir, START).now()).toBe(START);
  });

  it('says so when it cannot keep its position', () => {
    expect(() => new HeldClock(join(dataDir, 'nowhere'), START)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
