import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import { ManualClock, MemorySourceRegistry } from '@waymark/ports';
import { ensureFirstSource } from './ensure-first-source.js';

const NOW = '2026-05-04T08:00:00.000Z';
const clock = new ManualClock(Date.parse(NOW));
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

describe('the source of the write key a process starts with', () => {
  it('is the default source at the first start, and the same at each later one', async () => {
    const sources = new MemorySourceRegistry();
    await ensureFirstSource(sources, 'first', clock);
    await ensureFirstSource(sources, 'first', clock);
    expect(await sources.list()).toEqual([
      { id: 'default', name: 'Default source', keyHash: hashOf('first'), createdAt: NOW },
    ]);
  });

  it('is another one when the key is new: what sends with the older key goes on sending', async () => {
    const sources = new MemorySourceRegistry();
    await ensureFirstSource(sources, 'first', clock);
    await ensureFirstSource(sources, 'second', clock);
    await ensureFirstSource(sources, 'third', clock);
    await ensureFirstSource(sources, 'first', clock);
    expect((await sources.byKeyHash(hashOf('first')))?.id).toBe('default');
    expect((await sources.byKeyHash(hashOf('second')))?.id).toBe(`default-${hashOf('second').slice(0, 8)}`);
    expect(await sources.list()).toHaveLength(3);
  });

  it('is the one that another process has made at the same time', async () => {
    const sources = new MemorySourceRegistry();
    const put = sources.put.bind(sources);
    sources.put = async (source) => {
      await put(source);
      throw new WaymarkError('STATE_CONFLICT', 'a row was written by another partition first');
    };
    await ensureFirstSource(sources, 'first', clock);
    expect(await sources.list()).toMatchObject([{ id: 'default', keyHash: hashOf('first') }]);
  });

  it('is told when it cannot be made', async () => {
    const sources = new MemorySourceRegistry();
    sources.put = () => Promise.reject(new WaymarkError('STORE_UNAVAILABLE', 'the database cannot be used now'));
    await expect(ensureFirstSource(sources, 'first', clock)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
