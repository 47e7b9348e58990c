/**
 * One service's work on one partition of its topic, batch by batch, exactly once.
 *
 *            take                       read                process
 *   (empty) ------> (holding progress) ------> [handed over] ------> decode -> load -> fold -> save -> publish -> (holding progress')
 *      ^                                                                 |
 *      '--- any failure, loss of the partition: drop all that is held ---'
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
 * Left to others: when to step and what to do about failures (`run-partition.ts`), which partitions are this process's
 * (`processor-group.ts`), who hands a batch over (by default `step` itself, in the services a Nest transport).
 */
import { failureKind, WaymarkError, type EpochMs, type LogRecord, type NewRecord } from '@waymark/contracts';
import type { Clock, EventLog, Progress } from '@waymark/ports';
import { deadLetterRecord } from './dead-letters.js';
import { FollowedBatch } from './followed-batch.js';
import { takeIn, type Intake, type Refused } from './intake.js';
import type { Measure } from './measure.js';
import { numberOutputs } from './number-outputs.js';
import { NO_OBSERVER, type InHand, type StreamObserver } from './observer.js';
import type { HandOver, RecordBatch } from './record-batch.js';
import type { Folded, Topology } from './topology.js';
import type { Tracing } from './tracing.js';

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
  /** Follows single records; costs nothing where there is none. */
  tracing?: Tracing | undefined;
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
  measures?: readonly Measure[] | undefined;
}

const NO_TRACES: readonly string[] = [];

export class PartitionProcessor<R, D, L, C> {
  readonly #topology: Topology<R, D, L, C>;
  readonly #options: ProcessorOptions;
  readonly #observer: StreamObserver;
  #held: Held<D> | undefined;
  #isIdle = false;
  #inHand: InHand = { traceIds: NO_TRACES };
  /** The spans of the batch in hand, where it is followed. */
  #followed: FollowedBatch | undefined;

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

  /** Of the batch that was begun last. */
  get inHand(): InHand {
    return this.#inHand;
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

  /** The partition is another process's from here on: forgets it, with what was handed out for it. */
  release(): void {
    this.drop();
    this.#topology.released?.(this.partition);
  }

  /**
   * Processes one batch: the records that are there, with what is due by the clock and what is in the mailbox. Resolves with whether there may be more at once.
   * Rejects with what went wrong (kinds as in {@link WaymarkError}), holding nothing.
   */
  async step(handOver: HandOver = (batch) => this.process(batch)): Promise<boolean> {
    try {
      return await handOver(await this.#read());
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /**
   * Processes the records of one read, as `step` hands them over. Resolves with whether there may be more at once.
   * Rejects with FENCED when the partition was dropped meanwhile.
   */
  async process({ records: read }: RecordBatch): Promise<boolean> {
    const held = this.#held;
    if (!held)
      throw new WaymarkError('FENCED', `partition ${this.partition} of ${this.service} was given up meanwhile`);
    const startedAt = performance.now();
    const intake = takeIn(read, held.progress, (record) => this.#topology.decode(record));
    if (intake.nextOffset === held.progress.nextOffset && !(await this.#isDue())) return false;

    const { nextOffset: offset } = held.progress;
    const made = await this.#follow(intake, () => this.#makeAndSave(held, intake, read));
    this.#observer.batch({
      service: this.service,
      partition: this.partition,
      offset,
      nextOffset: intake.nextOffset,
      traceIds: this.#inHand.traceIds,
      records: intake.records.length,
      outputs: made.outputs.length,
      deadLetters: made.refused.map(({ record: { offset }, code }) => ({ offset, code })),
      measures: made.measures ?? [],
      durationMs: performance.now() - startedAt,
    });
    return true;
  }

  /** Resolves when a step may find something to do, or `signal` aborts. What falls due is slept for to its moment, not polled for (R12). */
  async idle(signal: AbortSignal): Promise<void> {
    const { log, clock, partition } = this.#options;
    const dueAt = await this.nextDueAt();
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

  async #read(): Promise<RecordBatch> {
    this.#inHand = { traceIds: NO_TRACES };
    const held = (this.#held ??= await this.#take());
    this.#inHand = { offset: held.progress.nextOffset, traceIds: NO_TRACES };
    const { log, partition, batchMax } = this.#options;
    const { source: topic } = this.#topology;
    const records = await log.read({ topic, partition, offset: held.progress.nextOffset, max: batchMax });
    return { topic, partition, records };
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

  /** What is asked before a save, and answered after it, counts as of the version before. What has been dropped is to be taken up at once. */
  async #askNextDueAt(): Promise<EpochMs | undefined> {
    const held = this.#held;
    if (!held) return this.#options.clock.now();
    const version = this.version;
    const at = await this.#topology.nextDueAt?.(this.#options.partition, held.definitions);
    held.due = { version, at };
    return at;
  }

  /** The earliest moment at which something falls due by itself; as the last step has asked, if nothing was saved since. */
  async nextDueAt(): Promise<EpochMs | undefined> {
    const due = this.#held?.due;
    return due?.version === this.version ? due.at : this.#askNextDueAt();
  }

  /** Follows those records of the batch that are followed, from here to its publication. */
  async #follow(intake: Intake<R>, work: () => Promise<Made<C>>): Promise<Made<C>> {
    const { tracing } = this.#options;
    if (!tracing) return work();
    const followed = new FollowedBatch(tracing, this, intake);
    this.#followed = followed;
    this.#inHand = { ...this.#inHand, traceIds: followed.traceIds };
    try {
      const made = await work();
      followed.done(made.outputs);
      return made;
    } catch (error) {
      followed.failed(error);
      throw error;
    } finally {
      this.#followed = undefined;
    }
  }

  /** A part of the batch, seen by itself where the batch is followed. */
  #part<T>(name: 'load' | 'save' | 'publish', work: () => Promise<T>): Promise<T> {
    return this.#followed ? this.#followed.part(name, work) : work();
  }

  async #makeAndSave(held: Held<D>, intake: Intake<R>, read: readonly LogRecord[]): Promise<Made<C>> {
    if (intake.workspace) return this.#takeWorkspace(held, intake, read);
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
    const traceparent = this.#followed?.due;
    const batch = { partition, records: intake.records, now: clock.now(), traceparent };
    const loaded = await this.#part('load', () => this.#topology.load(batch, held.definitions));
    const folded: Folded<C> = this.#topology.fold(batch, loaded, held.definitions);
    const byOffset = new Map(read.map((record) => [record.offset, record]));
    const rejected = (folded.rejected ?? []).map(({ offset, code, detail }) => ({
      record: byOffset.get(offset)!,
      code,
      detail,
    }));
    const { changes, outputs, measures } = folded;
    return { changes, outputs, measures, refused: [...intake.refused, ...rejected] };
  }

  /** A change that nobody has applied is refused: foreign producers may write to the topic, too. */
  async #takeWorkspace(held: Held<D>, intake: Intake<R>, read: readonly LogRecord[]): Promise<Made<C>> {
    const change = intake.workspace!;
    const isNew = change.revision > held.revision;
    if (!isNew || (await this.#topology.approves?.(change)) !== false) return this.#adoptWorkspace(held, intake);
    const record = read.find(({ offset }) => offset === intake.nextOffset - 1)!;
    const detail = `no apply has made the workspace revision ${change.revision} that the record claims to bring`;
    const made: Made<C> = { outputs: [], refused: [{ record, code: 'FORBIDDEN', detail }] };
    await this.#save(held, { ...intake, workspace: undefined }, made);
    return made;
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
    const commit = { partition, from, to, changes, workspace: intake.workspace, outputs, now };
    const where = await this.#part('save', () => store.save(commit));
    if (changes !== undefined) await this.#warm(changes);
    if (where === 'pending') {
      await this.#part('publish', () => log.append(outputs));
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
      const { service, partition } = this;
      this.#observer.failure({ service, partition, ...this.#inHand, error, stopped: false });
    }
  }
}
