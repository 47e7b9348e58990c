import { describe, expect, it } from '@jest/globals';
import type { NewRecord } from '@waymark/contracts';
import { WaymarkError } from '@waymark/contracts';
import { MemoryEventLog } from '@waymark/ports';
import { aLetter, onDeadLetters, ShortReadsLog } from '../testing/dead-letter-log.js';
import { RedriveMarks } from './redrive-marks.js';

const mark = (letters: string[], at = '2026-05-04T08:00:00Z', partition = 0): NewRecord => ({
  topic: 'dead-letters',
  key: 'redriven',
  partition,
  value: JSON.stringify({ schemaVersion: 1, type: 'redriven', letters, at }),
});

describe('RedriveMarks', () => {
  it('knows what is marked now, in any partition, whoever marked it', async () => {
    const log = new MemoryEventLog(2);
    const marks = new RedriveMarks(log);
    await log.append([onDeadLetters(aLetter()), mark(['0-0', '1-0'], '2026-05-04T08:00:00Z', 1)]);
    const before = await marks.upToNow();
    await log.append([mark(['0-7'], '2026-05-04T09:00:00Z')]);
    const after = await marks.upToNow();
    expect([before('0-0'), before('1-0'), before('1-1')]).toEqual([
      '2026-05-04T08:00:00Z',
      '2026-05-04T08:00:00Z',
      undefined,
    ]);
    expect(after('0-7')).toBe('2026-05-04T09:00:00Z');
  });

  it('goes by the first mark of a letter', async () => {
    const log = new MemoryEventLog(1);
    await log.append([mark(['0-0']), mark(['0-0'], '2026-05-04T09:00:00Z')]);
    expect((await new RedriveMarks(log).upToNow())('0-0')).toBe('2026-05-04T08:00:00Z');
  });

  it('passes over what has the key of a mark and is none', async () => {
    const log = new MemoryEventLog(1);
    const letters = ['', 'null', '{"type":"redriven"}', JSON.stringify(aLetter())];
    await log.append([...letters.map((value) => ({ ...mark([]), value })), mark(['0-0'])]);
    expect((await new RedriveMarks(log).upToNow())('0-0')).toBeDefined();
  });

  it('reads to the end of a log that gives little at a time, and whose oldest records are gone', async () => {
    const log = new ShortReadsLog(1, { readMax: 2, begin: 5 });
    await log.append(Array.from({ length: 20 }, (_, n) => mark([`0-${n}`])));
    const redrivenAt = await new RedriveMarks(log).upToNow();
    expect([redrivenAt('0-4'), redrivenAt('0-5') !== undefined, redrivenAt('0-19') !== undefined]).toEqual([
      undefined,
      true,
      true,
    ]);
  });

  it('remembers the newest, as many as it may (P6)', async () => {
    const log = new MemoryEventLog(1);
    await log.append([mark(['0-0', '0-1', '0-2']), mark(['0-3'])]);
    const redrivenAt = await new RedriveMarks(log, { marksMax: 2 }).upToNow();
    expect(['0-0', '0-1', '0-2', '0-3'].map((id) => redrivenAt(id) !== undefined)).toEqual([false, false, true, true]);
  });

  it('asks again after a log that did not answer', async () => {
    const log = new MemoryEventLog(1);
    await log.append([mark(['0-0'])]);
    const marks = new RedriveMarks(log);
    const { read } = log;
    log.read = () => Promise.reject(new WaymarkError('LOG_UNAVAILABLE', 'not now'));
    const asked = [marks.upToNow(), marks.upToNow()];
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    log.read = read;
    expect((await marks.upToNow())('0-0')).toBeDefined();
  });
});
