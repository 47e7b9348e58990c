import { describe, expect, it } from '@jest/globals';
import { ContentCache } from './content-cache.js';

const ENTRIES_MAX = 2_000;
const textOf = (n: number) => ({ text: `text ${n}` });
const texts = (from: number, count: number) => Array.from({ length: count }, (_, i) => textOf(from + i));

describe('content written in place in a journey', () => {
  it('is compiled once for each text', async () => {
    const cache = new ContentCache();
    const first = (await cache.require([textOf(1), textOf(1)])).get(textOf(1));
    expect((await cache.require([textOf(1)])).get(textOf(1))).toBe(first);
    expect(first.render({})).toEqual({ text: 'text 1' });
    expect(cache.size).toBe(1);
  });

  it('says what is wrong with it whenever it is asked for, and spoils no other', async () => {
    const wrong = { text: '{{ customer.' };
    const required = await new ContentCache().require([wrong, textOf(1)]);
    expect(() => required.get(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_RESOURCE' }));
    expect(() => required.get(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_RESOURCE' }));
    expect(required.get(textOf(1)).render({})).toEqual({ text: 'text 1' });
  });

  it('is a defect when it was never required', async () => {
    const required = await new ContentCache().require([textOf(1)]);
    expect(() => required.get(textOf(2))).toThrow(expect.objectContaining({ code: 'DEFECT' }));
  });

  it('is bounded (P6): what was asked for longest ago is forgotten first', async () => {
    const cache = new ContentCache();
    const first = (await cache.require([textOf(0)])).get(textOf(0));
    const second = (await cache.require([textOf(1)])).get(textOf(1));
    await cache.require(texts(2, ENTRIES_MAX - 2));
    expect((await cache.require([textOf(0)])).get(textOf(0))).toBe(first);
    await cache.require([textOf(ENTRIES_MAX)]);
    expect(cache.size).toBe(ENTRIES_MAX);
    expect((await cache.require([textOf(0)])).get(textOf(0))).toBe(first);
    expect((await cache.require([textOf(1)])).get(textOf(1))).not.toBe(second);
  });

  it('is there for the batch that required it, whatever else is required meanwhile', async () => {
    const cache = new ContentCache();
    await cache.require(texts(0, ENTRIES_MAX));
    const mine = await cache.require([textOf(0), textOf(-1)]);
    await cache.require(texts(10_000, ENTRIES_MAX));
    expect([mine.get(textOf(0)).render({}), mine.get(textOf(-1)).render({})]).toEqual([textOf(0), textOf(-1)]);
  });

  it('may be more than the cache keeps, in one batch', async () => {
    const cache = new ContentCache();
    const many = texts(0, ENTRIES_MAX + 1);
    const required = await cache.require(many);
    expect(many.map((content) => required.get(content).render({}))).toEqual(many);
    expect(cache.size).toBe(ENTRIES_MAX);
  });
});
