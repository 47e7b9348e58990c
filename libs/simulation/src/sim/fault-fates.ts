import type { Message } from '@waymark/action-dispatch-service';
import type { ActionId } from '@waymark/contracts';
import type { Chronicle } from './chronicle.js';
import type { Cluster } from './cluster.js';
import type { FaultCounts } from './fault-counts.js';
import type { Ground } from './ground.js';
import type { Weather } from './plan.js';
import type { Handling } from './provider.js';
import type { Random } from './random.js';
import type { SimProcess } from './sim-process.js';
import type { Call, CallKind, Caller, Death, Fate, Fates } from './turnstile.js';

/** A slow call is usually a little slow, and sometimes very. */
const SLOW_MS_MAX = 2_000;
const VERY_SLOW_MS_MAX = 90_000;
const OUTLIVES = 0.4;
/** Faults of one run at most: with more of them nothing gets done. */
const FAULTS_MAX = 60;
const CLOCK_MS_MAX = 5_000;
/** A message is refused or lost so often at most; its channel tries more often. */
const MISHANDLED_MAX = 3;

/** How much more often than others calls of a kind meet faults: reads are most of the calls, and the least critical. */
const DANGER: Readonly<Record<CallKind, number>> = { read: 0.4, write: 1.5, append: 3, cache: 1, send: 5 };

const DEATHS: readonly Death[] = ['dies before', 'dies after', 'dies in the middle'];

export interface FaultOptions {
  weather: Weather;
  random: Random;
  faults: FaultCounts;
  ground: Ground;
  chronicle: Chronicle;
}

/** Draws what befalls each call, and brings on what befalls processes. */
export class FaultFates implements Fates {
  readonly #options: FaultOptions;
  readonly #mishandled = new Map<ActionId, number>();
  cluster: Cluster | undefined;
  isOver = false;

  constructor(options: FaultOptions) {
    this.#options = options;
  }

  fateOf(call: Call): Fate {
    const { weather, random, faults } = this.#options;
    if (this.isOver || faults.total >= FAULTS_MAX) return 'passes';
    if (random.chance(weather.dies * DANGER[call.kind])) return this.#count(deathOf(random, call), call);
    if (this.#befallsProcess(call.caller as SimProcess, DANGER[call.kind])) return 'waits';
    if (random.chance(weather.slow * DANGER[call.kind])) return this.#count('is slow', call);
    const fate = call.kind === 'send' ? 'passes' : this.#befallsCall(call);
    return fate === 'passes' ? fate : this.#count(fate, call);
  }

  #befallsCall({ kind, torn }: Call): Fate {
    const { weather, random } = this.#options;
    if (random.chance(weather.fails)) return 'fails';
    if (kind === 'read') return 'passes';
    if (torn && random.chance(weather.doubled)) return 'is doubled';
    if (torn && random.chance(weather.torn)) return 'is torn';
    return random.chance(weather.unheard) ? 'is unheard' : 'passes';
  }

  slowMs(): number {
    const { random } = this.#options;
    return random.between(1, random.chance(0.2) ? VERY_SLOW_MS_MAX : SLOW_MS_MAX);
  }

  outlives(): boolean {
    const outlives = this.#options.random.chance(OUTLIVES);
    if (outlives) this.#options.faults.add('call outlives its process');
    return outlives;
  }

  dies(caller: Caller): void {
    const { weather, random } = this.#options;
    const staysDead = random.chance(weather.staysDead);
    const { services } = caller as SimProcess;
    const others = random.chance(weather.outage)
      ? this.cluster!.processes.filter((p) => p.services.join() === services.join())
      : [];
    for (const process of [caller as SimProcess, ...others]) this.cluster!.kill(process, staysDead);
  }

  /** What the provider does with a message now. */
  handlingOf({ action }: Message): Handling {
    const { weather, random, faults, chronicle } = this.#options;
    const before = this.#mishandled.get(action.actionId) ?? 0;
    if (this.isOver || before >= MISHANDLED_MAX || !random.chance(weather.handling)) return 'takes';
    this.#mishandled.set(action.actionId, before + 1);
    const handling = random.pick<Handling>(['refuses', 'takes unheard', 'loses']);
    faults.add(handling === 'refuses' ? 'provider refuses' : 'answer of a provider lost');
    if (handling !== 'refuses') chronicle.doubtful.add(action.actionId);
    return handling;
  }

  /** Whether something happened to the process, or around it, before its call. */
  #befallsProcess(process: SimProcess, danger: number): boolean {
    const { weather, random, faults, ground } = this.#options;
    const cluster = this.cluster!;
    if (random.chance(weather.stands * danger)) {
      faults.add('process stands still');
      cluster.stand(process);
      return true;
    }
    if (random.chance(weather.overlap * danger) && cluster.overlap(process)) return true;
    if (random.chance(weather.moves) && cluster.move(process)) {
      faults.add('partition moves');
      return true;
    }
    if (random.chance(weather.retires) && cluster.retire(process)) {
      faults.add('process retires');
      return true;
    }
    if (random.chance(weather.clock)) {
      faults.add('clock set anew');
      process.clock.set(random.between(-CLOCK_MS_MAX, CLOCK_MS_MAX));
    }
    if (ground.hot && random.chance(weather.flush)) {
      faults.add('hot context flushed');
      ground.forgetHot();
    }
    return false;
  }

  #count<F extends Fate>(fate: F, { kind }: Call): F {
    this.#options.faults.add(`${kind} ${fate}`);
    return fate;
  }
}

/** Only what can break off dies in its middle. */
function deathOf(random: Random, call: Call): Death {
  return random.pick(call.torn ? DEATHS : DEATHS.slice(0, 2));
}
