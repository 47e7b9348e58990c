import { beforeEach, describe, expect, it } from '@jest/globals';
import { sourceIdSchema } from '@waymark/contracts';
import type { Source, SourceRegistry } from './source-registry.js';

function source(id: string, keyHash: string, name = `Source ${id}`): Source {
  return { id: sourceIdSchema.parse(id), name, keyHash, createdAt: '2026-05-04T10:00:00.000+02:00' };
}

/** What every adapter of {@link SourceRegistry} must do. `create` gives an empty registry each time. */
export function sourceRegistrySuite(name: string, create: () => Promise<SourceRegistry>): void {
  describe(`SourceRegistry: ${name}`, () => {
    let registry: SourceRegistry;

    beforeEach(async () => {
      registry = await create();
    });

    it('is empty at first', async () => {
      expect(await registry.list()).toEqual([]);
      expect(await registry.byKeyHash('aa')).toBeUndefined();
    });

    it('lists sources by id, and finds them by the hash of their key', async () => {
      await registry.put(source('shop', 'aa', 'Zoë’s shop'));
      await registry.put(source('app', 'bb'));
      expect(await registry.list()).toEqual([source('app', 'bb'), source('shop', 'aa', 'Zoë’s shop')]);
      expect(await registry.byKeyHash('aa')).toEqual(source('shop', 'aa', 'Zoë’s shop'));
      expect(await registry.byKeyHash('AA')).toBeUndefined();
    });

    it('replaces a source by its id; its old key is worth nothing from then on', async () => {
      await registry.put(source('shop', 'aa'));
      await registry.put(source('shop', 'bb', 'Renamed'));
      expect(await registry.list()).toEqual([source('shop', 'bb', 'Renamed')]);
      expect(await registry.byKeyHash('aa')).toBeUndefined();
      await registry.put(source('app', 'aa'));
      expect((await registry.byKeyHash('aa'))?.id).toBe('app');
    });

    it('refuses the key of another source: one key means one source', async () => {
      await registry.put(source('shop', 'aa'));
      await registry.put(source('app', 'bb'));
      await expect(registry.put(source('app', 'aa'))).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await expect(registry.put(source('new', 'aa'))).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      expect(await registry.list()).toEqual([source('app', 'bb'), source('shop', 'aa')]);
    });
  });
}
