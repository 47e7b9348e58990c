/**
 * Hands claimed messages over, outside the transaction, and keeps what became of them until it is saved.
 *
 *   claimed (saved) --send--> in flight --answer--> in the mailbox --saved--> forgotten
 *
 * - A message is in flight at most once: it is claimed in a transaction first, by the partition's one owner.
 * - An answer is forgotten only when it has been saved; until then the partition has mail.
 * - What was claimed and is neither in flight nor answered belongs to an earlier life of the process: the fold recovers
 *   it by the channel's word on idempotency (R42).
 * - At most `concurrency` messages are being sent at once, and at most IN_FLIGHT_MAX of a partition are claimed (P6): the
 *   fold claims no more than there is `room` for; what is beyond it waits in its row.
 * - Once `drain` is called there is no room any more: what is on its way answers and is saved, then the process may end (P7).
 */
import { failureKind, type ActionId } from '@waymark/contracts';
import type { Mailbox } from '@waymark/stream';
import type { Message, SendResult } from './transport.js';

export type Send = (message: Message) => Promise<SendResult>;

/** Messages of one partition that are claimed and not settled, at most. */
const IN_FLIGHT_MAX = 1_000;

/** What a partition's next batch is to take in, as it is now. */
export interface Mail {
  answers: ReadonlyMap<ActionId, SendResult>;
  woken: ReadonlySet<ActionId>;
  inFlight: ReadonlySet<ActionId>;
  /** How many more messages may be claimed. */
  room: number;
}

interface Desk {
  /** A batch in hand may claim, and has not been saved. */
  promised: boolean;
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
  #isDraining = false;
  #drained: (() => void)[] = [];

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

  /** What is to be taken into the partition's next batch; until that is saved, or the partition looks anew, it may claim. */
  take(partition: number): Mail {
    const mail = this.mail(partition);
    this.#desk(partition).promised = mail.room > 0;
    this.#tellDrained();
    return mail;
  }

  /** The partition has no batch in hand: what one that failed would have claimed does not come. */
  lookAnew(partition: number): void {
    this.#desk(partition).promised = false;
    this.#tellDrained();
  }

  /** What there is for the partition now. */
  mail(partition: number): Mail {
    const { answers, woken, inFlight } = this.#desk(partition);
    return {
      answers: new Map(answers),
      woken: new Set(woken),
      inFlight: new Set(inFlight),
      room: this.#room(partition),
    };
  }

  /** Whether the partition may claim. */
  hasRoom(partition: number): boolean {
    return this.#room(partition) > 0;
  }

  /** A batch is saved: forgets what it has taken in, and sends what it has claimed, as many at once as allowed. */
  saved(partition: number, { taken, messages }: { taken: Iterable<ActionId>; messages: readonly Message[] }): void {
    const desk = this.#desk(partition);
    for (const id of taken) {
      desk.answers.delete(id);
      desk.woken.delete(id);
    }
    for (const message of messages) {
      desk.inFlight.add(message.action.actionId);
      this.#queue.push({ partition, message });
    }
    desk.promised = false;
    this.#pump();
    this.#tellDrained();
  }

  /** The moment of a delivery's retry has come. */
  wake(partition: number, actionId: ActionId): void {
    const desk = this.#desk(partition);
    desk.woken.add(actionId);
    wakeAll(desk);
  }

  /** Takes no more in; resolves when the batches in hand are saved, and everything on its way has answered and been saved too. */
  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#isEmpty()) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #isEmpty(): boolean {
    return [...this.#desks.values()].every(
      ({ promised, inFlight, answers }) => !promised && inFlight.size + answers.size === 0,
    );
  }

  #tellDrained(): void {
    if (!this.#isEmpty()) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #room(partition: number): number {
    const { inFlight, answers } = this.#desk(partition);
    return this.#isDraining ? 0 : Math.max(0, IN_FLIGHT_MAX - inFlight.size - answers.size);
  }

  #pump(): void {
    while (this.#running < this.#concurrency) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#running += 1;
      void this.#deliver(next.partition, next.message);
    }
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

  /** What a transport throws is a fault of ours, not an answer of the provider: only a transient one is worth another try. */
  async #answer(message: Message): Promise<SendResult> {
    try {
      return await this.#send(message);
    } catch (error) {
      return {
        ok: false,
        permanent: failureKind(error) !== 'transient',
        reason: `the ${message.channel.type} transport failed: ${(error as Error).message}`,
      };
    }
  }

  #desk(partition: number): Desk {
    let desk = this.#desks.get(partition);
    if (!desk)
      this.#desks.set(
        partition,
        (desk = { promised: false, inFlight: new Set(), answers: new Map(), woken: new Set(), waiting: new Set() }),
      );
    return desk;
  }
}

function wakeAll({ waiting }: Desk): void {
  for (const wake of [...waiting]) wake();
}
