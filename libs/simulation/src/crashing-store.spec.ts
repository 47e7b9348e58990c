import { describe, expect, it } from '@jest/globals';
import { failureKind, WaymarkError } from '@waymark/contracts';
import { Crash, crashing } from './crashing-store.js';

/** A store with private state, a getter and more than one way to be changed. */
class Counter {
  #saved: string[] = [];
  failing = false;

  async save(name: string): Promise<'published'> {
    if (this.failing) throw new WaymarkError('STATE_CONFLICT', 'somebody else was first');
    this.#saved.push(name);
    return 'published';
  }

  async twice(name: string): Promise<void> {
    await this.save(name);
    await this.save(name);
  }

  get saved(): readonly string[] {
    return this.#saved;
  }
}

function world(): { counter: Counter; store: Counter; crashAfterNextSave: () => void } {
  const counter = new Counter();
  return { counter, ...crashing(counter) };
}

describe('a crashing store', () => {
  it('is the store itself until it is told to die', async () => {
    const { store, counter } = world();
    expect(await store.save('a')).toBe('published');
    await store.twice('b');
    expect([store.saved, counter.saved]).toEqual([
      ['a', 'b', 'b'],
      ['a', 'b', 'b'],
    ]);
  });

  it('dies after its next save: the save is durable, its answer is lost', async () => {
    const { store, crashAfterNextSave } = world();
    crashAfterNextSave();
    await expect(store.save('a')).rejects.toBeInstanceOf(Crash);
    expect(store.saved).toEqual(['a']);
  });

  it('dies once for each time it is told', async () => {
    const { store, crashAfterNextSave } = world();
    crashAfterNextSave();
    await expect(store.save('a')).rejects.toBeInstanceOf(Crash);
    expect(await store.save('b')).toBe('published');
    crashAfterNextSave();
    await expect(store.save('c')).rejects.toBeInstanceOf(Crash);
    expect(store.saved).toEqual(['a', 'b', 'c']);
  });

  it('waits for a save that happens: one that is refused passes its own error on', async () => {
    const { store, counter, crashAfterNextSave } = world();
    counter.failing = true;
    crashAfterNextSave();
    await expect(store.save('a')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    counter.failing = false;
    await expect(store.save('a')).rejects.toBeInstanceOf(Crash);
    expect(store.saved).toEqual(['a']);
  });

  it('dies as a process does: whoever comes next may try again', () => {
    expect(failureKind(new Crash())).toBe('transient');
  });
});
