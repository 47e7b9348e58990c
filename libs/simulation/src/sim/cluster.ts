/**
 * The processes of a world, and which partition of which service is whose. As with a group of consumers, nobody's word is
 * the last: a process may believe that a partition is its own when another has it already (P2).
 *
 * - A partition has one rightful owner, or none while there is no process for it.
 * - Whoever lost one is told in the end; until then it is contested.
 * - `heal` leaves every partition with its rightful owner alone.
 */
import { SERVICES, type ServiceName } from '@waymark/contracts';
import { placeOf, SimProcess, type ProcessPlan, type Surroundings } from './sim-process.js';
import type { FaultCounts } from './fault-counts.js';
import type { Random } from './random.js';
import type { Trace } from './trace.js';

/** Until a process is missed, and until it is told or started again, in milliseconds. */
const MISSED_MS_MAX = 15_000;
const STARTED_MS_MAX = 60_000;
const TOLD_MS_MAX = 20_000;
const STANDS_MS_MAX = 120_000;

interface Ownership {
  service: ServiceName;
  partition: number;
  rightful: SimProcess | undefined;
  /** Whoever runs it, the rightful owner included. */
  owners: Set<SimProcess>;
}

export interface ClusterOptions {
  around: Surroundings;
  trace: Trace;
  random: Random;
  plans: readonly ProcessPlan[];
  faults: FaultCounts;
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #places = new Map<string, Ownership>();
  readonly #incarnations = new Map<string, number>();
  #processes: SimProcess[] = [];
  /** Ended, and not started again yet. */
  #missing: ProcessPlan[] = [];

  constructor(options: ClusterOptions) {
    this.#options = options;
    const { partitions } = options.around.ground.log;
    for (const service of SERVICES)
      for (let partition = 0; partition < partitions; partition += 1)
        this.#places.set(placeOf(service, partition), { service, partition, rightful: undefined, owners: new Set() });
  }

  start(): void {
    for (const plan of this.#options.plans) this.#begin(plan);
  }

  /** Processes that run and do not stand still. */
  alive(service: ServiceName): SimProcess[] {
    const { now } = this.#options.around.time;
    return this.#processes.filter((process) => process.services.includes(service) && process.standsUntil <= now);
  }

  get processes(): readonly SimProcess[] {
    return this.#processes;
  }

  isContested(place: string): boolean {
    const { rightful, owners } = this.#places.get(place)!;
    return owners.size !== 1 || rightful === undefined || !owners.has(rightful);
  }

  /** A process is dead from now on; it is missed after a while, and started again, soon or when everything heals. */
  kill(process: SimProcess, staysDead: boolean): void {
    if (!process.isAlive) return;
    this.#options.trace.say(`${process.name} dies`);
    this.#remove(process);
    for (const ownership of this.#placesOf(process)) {
      this.#doubt(ownership);
      ownership.owners.delete(process);
      if (ownership.rightful !== process) this.#soon(MISSED_MS_MAX, () => this.#claim(ownership));
    }
    this.#soon(MISSED_MS_MAX, () => this.#reassign(process));
    if (!staysDead) this.#soon(STARTED_MS_MAX, () => this.#restart(process));
  }

  /** A process stands still; others may take over what is its own, and when it goes on it does not know. */
  stand(process: SimProcess): void {
    const { time } = this.#options.around;
    const ms = this.#options.random.between(1_000, STANDS_MS_MAX);
    process.standsUntil = time.now + ms;
    this.#options.trace.say(`${process.name} stands still for ${ms} ms`);
    this.#soon(MISSED_MS_MAX, () => this.#reassign(process));
    time.at(process.standsUntil, () => undefined);
  }

  /** Another process takes one partition over at once; the old owner hears of it later. */
  overlap(process: SimProcess): boolean {
    const movable = this.#movable(process);
    if (movable.length === 0) return false;
    this.#take(this.#options.random.pick(movable));
    return true;
  }

  /** One partition changes its owner in good order: the old one finishes its batch before the new one begins. */
  move(process: SimProcess): boolean {
    const movable = this.#movable(process);
    if (movable.length === 0) return false;
    const ownership = this.#options.random.pick(movable);
    const next = this.#options.random.pick(this.#othersFor(ownership));
    ownership.rightful = next;
    this.#options.trace.say(
      `${placeOf(ownership.service, ownership.partition)} moves from ${process.name} to ${next.name}`,
    );
    this.#doubt(ownership);
    void this.#giveUp(process, ownership).then(() => {
      if (ownership.rightful === next) this.#claim(ownership);
    });
    return true;
  }

  /** A process ends as it should (P7), and is started again. */
  retire(process: SimProcess): boolean {
    if (process.isRetiring) return false;
    process.isRetiring = true;
    this.#options.trace.say(`${process.name} retires`);
    void this.#retire(process);
    return true;
  }

  /** Everybody runs, and every partition is its rightful owner's alone. */
  heal(): void {
    for (const process of this.#processes) process.standsUntil = 0;
    for (const plan of this.#missing.splice(0)) this.#begin(plan);
    for (const ownership of this.#places.values()) {
      if (!ownership.rightful?.isAlive) this.#give(ownership);
      this.#claim(ownership);
      for (const owner of [...ownership.owners]) if (owner !== ownership.rightful) void this.#giveUp(owner, ownership);
    }
  }

  async #retire(process: SimProcess): Promise<void> {
    await process.drain();
    const its = this.#placesOf(process);
    for (const ownership of its) this.#checkDrained(process, ownership);
    await Promise.all(its.map((ownership) => this.#giveUp(process, ownership)));
    if (!process.isAlive) return;
    this.#options.trace.say(`${process.name} has ended`);
    this.#remove(process);
    this.#reassign(process);
    this.#soon(STARTED_MS_MAX, () => this.#restart(process));
  }

  /** P7: what a process had claimed has been answered, and saved, before it ends. */
  #checkDrained(process: SimProcess, { service, partition }: Ownership): void {
    const place = placeOf(service, partition);
    const { chronicle } = this.#options.around;
    const open = this.isContested(place) ? 0 : chronicle.openOf(process, place);
    if (open > 0)
      chronicle.violated(`P7: ${process.name} is drained, and ${open} messages of ${place} are on their way`);
  }

  #begin(plan: ProcessPlan): void {
    const count = (this.#incarnations.get(plan.name) ?? 0) + 1;
    this.#incarnations.set(plan.name, count);
    const name = count === 1 ? plan.name : `${plan.name}#${count}`;
    const process = new SimProcess(plan, name, this.#options.around);
    this.#processes.push(process);
    this.#options.trace.say(`${name} starts`);
    process.start();
    for (const ownership of this.#places.values())
      if (!ownership.rightful && plan.services.includes(ownership.service)) this.#give(ownership);
  }

  #restart({ plan }: SimProcess): void {
    if (!this.#missing.includes(plan)) return;
    this.#missing = this.#missing.filter((each) => each !== plan);
    this.#begin(plan);
  }

  #remove(process: SimProcess): void {
    process.isAlive = false;
    this.#processes = this.#processes.filter((each) => each !== process);
    this.#missing.push(process.plan);
    this.#options.around.jobs.leave(process);
    this.#options.around.turnstile.bury(process);
  }

  /** What was a process's own is somebody else's now, if there is anybody. */
  #reassign(process: SimProcess): void {
    if (process.isAlive && process.standsUntil <= this.#options.around.time.now) return;
    for (const ownership of this.#places.values()) if (ownership.rightful === process) this.#take(ownership);
  }

  /** Somebody else takes a partition; whoever has it now is told later. */
  #take(ownership: Ownership): void {
    const before = ownership.rightful;
    this.#give(ownership);
    if (!before || ownership.rightful === before) return;
    if (before.isAlive) this.#options.faults.add('overlapping owners');
    const toldAt = Math.max(before.standsUntil, this.#options.around.time.now);
    this.#options.around.time.at(toldAt + this.#options.random.between(0, TOLD_MS_MAX), () => {
      if (ownership.rightful !== before && ownership.owners.has(before)) void this.#giveUp(before, ownership);
    });
  }

  /** Finds a rightful owner, another than before if there is one. */
  #give(ownership: Ownership): void {
    const others = this.#othersFor(ownership);
    const { rightful } = ownership;
    if (others.length === 0) {
      if (!rightful?.isAlive) ownership.rightful = undefined;
      return;
    }
    this.#doubt(ownership);
    ownership.rightful = this.#options.random.pick(others);
    this.#claim(ownership);
  }

  /** The rightful owner begins, unless she has it already. */
  #claim(ownership: Ownership): void {
    const { rightful, owners } = ownership;
    if (rightful?.isAlive && !owners.has(rightful)) this.#own(rightful, ownership);
  }

  /** What is a process's by right and somebody else could have. */
  #movable(process: SimProcess): Ownership[] {
    return this.#placesOf(process).filter((its) => its.rightful === process && this.#othersFor(its).length > 0);
  }

  #othersFor({ service, rightful }: Ownership): SimProcess[] {
    return this.alive(service).filter((process) => process !== rightful && !process.isRetiring);
  }

  #own(process: SimProcess, ownership: Ownership): void {
    this.#options.trace.say(`${placeOf(ownership.service, ownership.partition)} is ${process.name}'s`);
    ownership.owners.add(process);
    process.own(ownership.service, ownership.partition);
  }

  async #giveUp(process: SimProcess, ownership: Ownership): Promise<void> {
    await process.giveUp(ownership.service, ownership.partition);
    this.#doubt(ownership);
    ownership.owners.delete(process);
    this.#options.trace.say(`${process.name} has given up ${placeOf(ownership.service, ownership.partition)}`);
    if (ownership.rightful === process && process.isAlive && !process.isRetiring) this.#own(process, ownership);
  }

  #placesOf(process: SimProcess): Ownership[] {
    return [...this.#places.values()].filter(({ owners }) => owners.has(process));
  }

  #doubt({ service, partition }: Ownership): void {
    this.#options.around.chronicle.doubt(placeOf(service, partition));
  }

  #soon(msMax: number, act: () => void): void {
    const { around, random } = this.#options;
    around.time.after(random.between(0, msMax), act);
  }
}
