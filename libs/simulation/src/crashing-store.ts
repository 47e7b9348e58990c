import { WaymarkError } from '@waymark/contracts';

/** The failure that stands for a process that was killed. */
export class Crash extends WaymarkError {
  constructor() {
    super('STORE_UNAVAILABLE', 'the process was killed');
  }
}

/** A store whose process can be made to die after its next save: the save is durable, nothing after it happens. */
export function crashing<S extends { save(commit: never): Promise<unknown> }>(
  store: S,
): { store: S; crashAfterNextSave(): void } {
  let armed = false;
  const save = async (commit: never): Promise<unknown> => {
    const saved = await store.save(commit);
    if (!armed) return saved;
    armed = false;
    throw new Crash();
  };
  const proxy = new Proxy(store, {
    get(target, name) {
      if (name === 'save') return save;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  return { store: proxy, crashAfterNextSave: () => (armed = true) };
}
