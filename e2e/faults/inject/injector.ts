import type { Injected } from '../ledger/ledger.js';
import type { FaultKind, PlannedFault } from '../plan-faults.js';
import { HAPPEN } from './happen.js';
import { untilOwned } from './owned.js';
import type { Scene } from './scene.js';

const SERVERS: Partial<Record<FaultKind, string>> = {
  'kafka-restart': 'kafka',
  'redis-flush': 'redis',
  'redis-restart': 'redis',
  'postgres-restart': 'postgres',
  'connections-cut': 'postgres',
  'commit-unanswered': 'postgres',
  'disk-full': 'postgres',
};

/** Makes faults happen: those that hit the same service's processes, or the same server, one after the other. */
export class Injector {
  readonly #scene: Scene;
  /** The last fault of each service or server. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Resolves when all is well again. */
  async inject(fault: PlannedFault): Promise<Injected> {
    const place = SERVERS[fault.kind] ?? fault.service!;
    const before = this.#last.get(place);
    const happening = this.#happen(fault, before);
    this.#last.set(place, happening);
    return happening;
  }

  async #happen(fault: PlannedFault, before: Promise<unknown> | undefined): Promise<Injected> {
    await Promise.allSettled([before]);
    const startedAt = Date.now();
    const target = await HAPPEN[fault.kind](this.#scene, fault);
    await untilOwned(this.#scene);
    return { kind: fault.kind, target, startedAt, healedAt: Date.now() };
  }
}
