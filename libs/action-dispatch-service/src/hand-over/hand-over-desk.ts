/**
 * Hands claimed messages over, outside the transaction, and keeps what became of them until it is saved.
 *
 *   claimed (saved) --send--> in flight --answer--> in the mailbox --saved--> forgotten
 *
 * - A message is in flight at most once: it is claimed in a transaction first, by the partition's one owner.
 * - An answer is forgotten only when it has been saved; until then the partition has mail.
 * - What was claimed and is neither in flight nor answered belongs to an earlier life of the process: the fold recovers
 *   it by the channel's word on idempotency (R42).
 * - At most `concurrency` messages are on their way at once; the others wait here (P6: they are bounded by the batch).
 */
import type { ActionId } from '@waymark/contracts';
import type { Mailbox } from '@waymark/stream';
import type { Message, SendResult } from './transport.js';

export type Send = (message: Message) => Promise<SendResult>;

interface Desk {
  inFlight: Set<ActionId>;
  answers: Map<ActionId, SendResult>;
  /** Deliveries whose retry is due (the job queue says so). */
  woken: Set<ActionId>;
  waiting: Set<() => void>;
}

export class HandOverDesk implements Mailbox {
  readonly #send: Send;
  readonly #concurrency: number;
  readonly #desks = new Map<number, Desk>();
  readonly #queue: { partition: number; message: Message }[] = [];
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(send: Send, concurrency: number) {
    this.#send = send;
    this.#concurrency = concurrency;
  }

  hasMail(partition: number): boolean {
    const { answers, woken } = this.#desk(partition);
    return answers.size + woken.size > 0;
  }

  isBusy(partition: number): boolean {
    return this.#desk(partition).inFlight.size > 0;
  }

  waitForMail(partition: number, signal: AbortSignal): Promise<void> {
    if (this.hasMail(partition) || signal.aborted) return Promise.resolve();
    const { waiting } = this.#desk(partition);
    return new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  /** What is to be taken into the partition's next batch. */
  mail(partition: number): { answers: ReadonlyMap<ActionId, SendResult>; woken: ReadonlySet<ActionId>; inFlight: ReadonlySet<ActionId> } {
    const { answers, woken, inFlight } = this.#desk(partition);
    return { answers: new Map(answers), woken: new Set(woken), inFlight: new Set(inFlight) };
  }

  /** Forgets what has been saved. */
  saved(partition: number, actionIds: Iterable<ActionId>): void {
    const { answers, woken } = this.#desk(partition);
    for (const id of actionIds) {
      answers.delete(id);
      woken.delete(id);
    }
  }

  /** The moment of a delivery's retry has come. */
  wake(partition: number, actionId: ActionId): void {
    const desk = this.#desk(partition);
    desk.woken.add(actionId);
    wakeAll(desk);
  }

  /** Sends claimed messages, as many at once as allowed. */
  handOver(partition: number, messages: readonly Message[]): void {
    for (const message of messages) {
      this.#desk(partition).inFlight.add(message.action.actionId);
      this.#queue.push({ partition, message });
    }
    this.#pump();
  }

  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void> {
    if (this.#running === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    while (this.#running < this.#concurrency) {
      const next = this.#queue.shift();
      if (!next) break;
      this.#running += 1;
      void this.#deliver(next.partition, next.message);
    }
    if (this.#running > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  async #deliver(partition: number, message: Message): Promise<void> {
    const { actionId } = message.action;
    const desk = this.#desk(partition);
    desk.answers.set(actionId, await this.#answer(message));
    desk.inFlight.delete(actionId);
    this.#running -= 1;
    wakeAll(desk);
    this.#pump();
  }

  /** A transport that throws has a fault of its own: this message fails for good and says so, the others go on. */
  async #answer(message: Message): Promise<SendResult> {
    try {
      return await this.#send(message);
    } catch (error) {
      return { ok: false, permanent: true, reason: `the ${message.channel.type} transport failed: ${(error as Error).message}` };
    }
  }

  #desk(partition: number): Desk {
    let desk = this.#desks.get(partition);
    if (!desk) this.#desks.set(partition, (desk = { inFlight: new Set(), answers: new Map(), woken: new Set(), waiting: new Set() }));
    return desk;
  }
}

function wakeAll({ waiting }: Desk): void {
  for (const wake of [...waiting]) wake();
}
