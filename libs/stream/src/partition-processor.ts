/**
 * One service's work on one partition of its topic, batch by batch, exactly once.
 *
 *            take                       step
 *   (empty) ------> (holding progress) ------> read -> decode -> load -> fold -> save -> publish -> (holding progress')
 *      ^                                                    |
 *      '------------ any failure: drop all that is held ----'
 *
 * Invariants (architecture, section 2; the tests name them):
 * - P1 State, outputs and progress of a batch are saved in one transaction, from the progress the batch was made of.
 * - P2 The save compares the progress's version and raises it. Whoever is not the owner any more finds it changed
 *   (FENCED), drops what it holds and has had no effect.
 * - P3 Outputs leave only after the commit, in order: `take` publishes what an earlier life left in the outbox before
 *   anything new is read, and a batch's own outputs are published before the next batch is read. Outputs carry
 *   (source, sequence); readers drop repetitions, as `takeIn` does here.
 * - P5 A record that cannot be decoded, or that the fold rejects, becomes a dead letter in the same transaction.
 * - Nothing held survives a failure. So an error that hides whether the commit happened needs no case of its own: the
 *   stored progress says it when it is taken anew.
 *
 * Left to others: when to step and what to do about failures (`run-partition.ts`), who owns which partition (the app).
 */
import { failureKind, WaymarkError, type EpochMs, type LogRecord, type NewRecord } from '@waymark/contracts';
import type { Clock, EventLog, Progress } from '@waymark/ports';
import { deadLetterRecord } from './dead-letters.js';
import { takeIn, type Intake, type Refused } from './intake.js';
import { numberOutputs } from './number-outputs.js';
import { NO_OBSERVER, type StreamObserver } from './observer.js';
import type { Folded, Topology } from './topology.js';

/** How often a batch is redone because another partition's batch changed a row first. */
const CONFLICTS_MAX = 20;

/** Why the waits that lost are given up; given so that none is made, with its stack, each time. */
const NO_MORE_NEEDED = 'another wait was over first';

export interface ProcessorOptions {
  log: EventLog;
  clock: Clock;
  partition: number;
  /** Records of one batch at most (P6). */
  batchMax: number;
  observer?: StreamObserver;
}

interface Held<D> {
  progress: Progress;
  revision: number;
  definitions: D;
  /** When something falls due by itself, as last asked, at a version of the progress: only the owner's saves change it. */
  due?: { version: number; at: EpochMs | undefined };
}

interface Made<C> {
  changes?: C;
  outputs: NewRecord[];
  refused: Refused[];
}

export class PartitionProcessor<R, D, L, C> {
  readonly #topology: Topology<R, D, L, C>;
  readonly #options: ProcessorOptions;
  readonly #observer: StreamObserver;
  #held: Held<D> | undefined;
  #isIdle = false;

  constructor(topology: Topology<R, D, L, C>, options: ProcessorOptions) {
    this.#topology = topology;
    this.#options = options;
    this.#observer = options.observer ?? NO_OBSERVER;
  }

  get service(): Topology<R, D, L, C>['service'] {
    return this.#topology.service;
  }

  get partition(): number {
    return this.#options.partition;
  }

  get source(): Topology<R, D, L, C>['source'] {
    return this.#topology.source;
  }

  /** The first offset not yet processed, as far as is known here. */
  get nextOffset(): number {
    return this.#held?.progress.nextOffset ?? 0;
  }

  /** What the partition uses now; undefined before its first step. For synchronous questions such as `POST /v1/decide`. */
  get definitions(): D | undefined {
    return this.#held?.definitions;
  }

  /** The workspace revision in use, 0 before any. */
  get revision(): number {
    return this.#held?.revision ?? 0;
  }

  /** The version of the progress held: it rises with every save. */
  get version(): number {
    return this.#held?.progress.version ?? 0;
  }

  /** Whether it waits for something to do, having looked and found nothing. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  /** Whether it is idle, has processed everything below `end`, and nothing is due or on its way. Costs nothing. */
  isAtRest(end: number): boolean {
    const { partition, clock } = this.#options;
    const mailbox = this.#topology.mailbox;
    if (!this.#isIdle || this.nextOffset < end) return false;
    if (mailbox && (mailbox.isBusy(partition) || mailbox.hasMail(partition))) return false;
    return (this.#held?.due?.at ?? Infinity) > clock.now();
  }

  /** Forgets everything held, as a crash would. */
  drop(): void {
    this.#held = undefined;
  }

  /**
   * Processes one batch: the records that are there, with what is due by the clock and what is in the mailbox. Resolves with whether there may be more at once.
   * Rejects with what went wrong (kinds as in {@link WaymarkError}), holding nothing.
   */
  async step(): Promise<boolean> {
    try {
      return await this.#stepOnce();
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** Resolves when a step may find something to do, or `signal` aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    const { log, clock, partition } = this.#options;
    const dueAt = await this.#nextDueAt();
    const either = new AbortController();
    const stop = (): void => either.abort(NO_MORE_NEEDED);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const offset = this.#held?.progress.nextOffset ?? 0;
    const waits = [log.waitFor({ topic: this.#topology.source, partition, offset }, either.signal)];
    if (dueAt !== undefined) waits.push(clock.wakeAt(dueAt, either.signal));
    if (this.#topology.mailbox) waits.push(this.#topology.mailbox.waitForMail(partition, either.signal));
    this.#isIdle = true;
    await Promise.race(waits);
    this.#isIdle = false;
    stop();
    signal.removeEventListener('abort', stop);
  }

  /** Whether everything there is has been processed and nothing is due. */
  async isSettled(): Promise<boolean> {
    if (!this.#held) return false;
    const { log, partition } = this.#options;
    if (this.#topology.mailbox?.isBusy(partition)) return false;
    if ((await log.endOffset({ topic: this.#topology.source, partition })) > this.#held.progress.nextOffset)
      return false;
    return !(await this.#isDue());
  }

  async #stepOnce(): Promise<boolean> {
    const held = (this.#held ??= await this.#take());
    const { log, partition, batchMax } = this.#options;
    const startedAt = performance.now();
    const read = await log.read({
      topic: this.#topology.source,
      partition,
      offset: held.progress.nextOffset,
      max: batchMax,
    });
    const intake = takeIn(read, held.progress, (record) => this.#topology.decode(record));
    if (intake.nextOffset === held.progress.nextOffset && !(await this.#isDue())) return false;

    const made = await this.#makeAndSave(held, intake, read);
    this.#observer.batch({
      service: this.service,
      partition,
      records: intake.records.length,
      outputs: made.outputs.length,
      deadLetters: made.refused.length,
      durationMs: performance.now() - startedAt,
    });
    return true;
  }

  /**
   * Becomes the owner: everything an earlier life committed is published, then the progress is held. The progress is read
   * before the outbox: were it read after, another owner could commit a batch between the two, and its outputs, still
   * unpublished, would be overtaken by ours and dropped by readers as repetitions. Read in this order, such a commit
   * makes our first save FENCED.
   */
  async #take(): Promise<Held<D>> {
    const { log, partition } = this.#options;
    const { store } = this.#topology;
    const progress = await store.progress(partition);
    for (const row of await store.pending(partition)) {
      await log.append(row.outputs);
      await store.clear(row);
    }
    const active = await store.activeResources(partition);
    return { progress, revision: active.revision, definitions: await this.#topology.compile(active) };
  }

  async #isDue(): Promise<boolean> {
    if (this.#topology.mailbox?.hasMail(this.#options.partition)) return true;
    const dueAt = await this.#askNextDueAt();
    return dueAt !== undefined && dueAt <= this.#options.clock.now();
  }

  /** What is asked before a save, and answered after it, counts as of the version before. */
  async #askNextDueAt(): Promise<EpochMs | undefined> {
    const held = this.#held;
    const version = this.version;
    const at = await this.#topology.nextDueAt?.(this.#options.partition);
    if (held) held.due = { version, at };
    return at;
  }

  /** As the last step has asked, if nothing was saved since. */
  async #nextDueAt(): Promise<EpochMs | undefined> {
    const due = this.#held?.due;
    return due?.version === this.version ? due.at : this.#askNextDueAt();
  }

  async #makeAndSave(held: Held<D>, intake: Intake<R>, read: readonly LogRecord[]): Promise<Made<C>> {
    if (intake.workspace) return this.#adoptWorkspace(held, intake);
    for (let attempt = 1; ; attempt += 1) {
      const made = await this.#make(held, intake, read);
      try {
        await this.#save(held, intake, made);
        return made;
      } catch (error) {
        const redo = error instanceof WaymarkError && error.code === 'STATE_CONFLICT' && attempt < CONFLICTS_MAX;
        if (!redo) throw error;
      }
    }
  }

  /** Load and fold; a batch without a usable record only moves the progress. */
  async #make(held: Held<D>, intake: Intake<R>, read: readonly LogRecord[]): Promise<Made<C>> {
    const { clock, partition } = this.#options;
    const batch = { partition, records: intake.records, now: clock.now() };
    const loaded = await this.#topology.load(batch, held.definitions);
    const folded: Folded<C> = this.#topology.fold(batch, loaded, held.definitions);
    const byOffset = new Map(read.map((record) => [record.offset, record]));
    const rejected = (folded.rejected ?? []).map(({ offset, code, detail }) => ({
      record: byOffset.get(offset)!,
      code,
      detail,
    }));
    return { changes: folded.changes, outputs: folded.outputs, refused: [...intake.refused, ...rejected] };
  }

  /** A revision already active is passed over: the change is announced again after a crash. */
  async #adoptWorkspace(held: Held<D>, intake: Intake<R>): Promise<Made<C>> {
    const change = intake.workspace!;
    const { forwardWorkspaceTo, store, compile } = this.#topology;
    const known = change.revision <= held.revision;
    const { partition } = this.#options;
    const outputs: NewRecord[] =
      known || !forwardWorkspaceTo
        ? []
        : [{ topic: forwardWorkspaceTo, key: 'workspace', partition, value: JSON.stringify(change) }];
    const made: Made<C> = { outputs, refused: [] };
    await this.#save(held, known ? { ...intake, workspace: undefined } : intake, made);
    if (!known) {
      const active = await store.activeResources(partition);
      held.revision = active.revision;
      held.definitions = await compile.call(this.#topology, active);
    }
    return made;
  }

  async #save(held: Held<D>, intake: Intake<R>, made: Made<C>): Promise<void> {
    const { log, clock, partition } = this.#options;
    const { store, service } = this.#topology;
    const now = clock.now();
    const letters = made.refused.map((refused) => deadLetterRecord(refused, { service, now }));
    const from = held.progress;
    const outputs = numberOutputs([...made.outputs, ...letters], { service, partition, sequence: from.nextSequence });
    const to: Progress = {
      version: from.version + 1,
      nextOffset: intake.nextOffset,
      nextSequence: from.nextSequence + outputs.length,
      seen: intake.seen,
    };
    const { changes } = made;
    const where = await store.save({ partition, from, to, changes, workspace: intake.workspace, outputs, now });
    if (changes !== undefined) await this.#warm(changes);
    if (where === 'pending') {
      await log.append(outputs);
      await store.clear({ partition, version: to.version });
    }
    held.progress = to;
  }

  /** What follows the commit only makes later reads faster: its failure is told and changes nothing. */
  async #warm(changes: C): Promise<void> {
    try {
      await this.#topology.afterCommit?.(changes);
    } catch (error) {
      if (failureKind(error) === 'defect') throw error;
      this.#observer.failure({ service: this.service, partition: this.partition, error, stopped: false });
    }
  }
}
