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
 * - A partition that is lost is forgotten, and answers still to come find nobody: its new owner takes what was claimed as
 *   belonging to an earlier life. What was not sent yet is left to it where it will send it again, with the same key;
 *   where it will not, because the provider honours no keys, it is still sent from here.
 * - A message that has waited for QUEUED_MS_MAX is not sent: the process may have stood still, the partition be another's
 *   by now, and the customer have changed her mind. Its owner tries again.
 * - Once `drain` is called there is no room any more: what is on its way answers and is saved, then the process may end (P7).
 */
import { failureKind, type ActionId } from '@waymark/contracts';
import type { Mailbox } from '@waymark/stream';
import { honoursKeys } from '../fold/definitions.js';
import type { Message, SendResult } from './transport.js';

export type Send = (message: Message) => Promise<SendResult>;

/** Messages of one partition that are claimed and not settled, at most. */
const IN_FLIGHT_MAX = 1_000;
/** Milliseconds of real time that a claimed message may wait for its turn. */
const QUEUED_MS_MAX = 60_000;

const WAITED_TOO_LONG: SendResult = {
  ok: false,
  permanent: false,
  reason: `it waited for more than ${QUEUED_MS_MAX / 1000} s to be handed over`,
};

/** What a partition's next batch is to take in, as it is now. */
export interface Mail {
  answers: ReadonlyMap<ActionId, SendResult>;
  woken: ReadonlySet<ActionId>;
  inFlight: ReadonlySet<ActionId>;
  /** How many more messages may be claimed. */
  room: number;
}

/** What a saved batch has had of its mail, and what it has claimed. */
interface Saved {
  taken: Iterable<ActionId>;
  woken?: Iterable<ActionId>;
  messages: readonly Message[];
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
  readonly #elapsedMs: () => number;
  readonly #queue: { partition: number; message: Message; since: number }[] = [];
  #running = 0;
  #isDraining = false;
  #drained: (() => void)[] = [];

  /** `elapsedMs` tells milliseconds of real time, from any beginning. */
  constructor(send: Send, concurrency: number, elapsedMs = (): number => performance.now()) {
    this.#send = send;
    this.#concurrency = concurrency;
    this.#elapsedMs = elapsedMs;
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

  /**
   * A batch is saved: forgets the answers it has taken in and the wake-ups it has heard, and nothing that came meanwhile; sends
   * what it has claimed, as many at once as allowed.
   */
  saved(partition: number, { taken, woken = [], messages }: Saved): void {
    const desk = this.#desk(partition);
    for (const id of taken) desk.answers.delete(id);
    for (const id of woken) desk.woken.delete(id);
    for (const message of messages) {
      desk.inFlight.add(message.action.actionId);
      this.#queue.push({ partition, message, since: this.#elapsedMs() });
    }
    desk.promised = false;
    this.#pump();
    this.#tellDrained();
  }

  /** The moment of a delivery's retry has come. False when the partition is another process's, which is the one to wake. */
  wake(partition: number, actionId: ActionId): boolean {
    const desk = this.#desks.get(partition);
    if (!desk) return false;
    desk.woken.add(actionId);
    wakeAll(desk);
    return true;
  }

  /** The partition is another process's from here on. */
  forget(partition: number): void {
    this.#desks.delete(partition);
    const kept = this.#queue.filter(
      (waiting) => waiting.partition !== partition || !honoursKeys(waiting.message.channel),
    );
    this.#queue.splice(0, this.#queue.length, ...kept);
    this.#tellDrained();
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
      void this.#deliver(next);
    }
  }

  async #deliver({ partition, message, since }: { partition: number; message: Message; since: number }): Promise<void> {
    const { actionId } = message.action;
    const desk = this.#desks.get(partition);
    const isTooLate = this.#elapsedMs() - since > QUEUED_MS_MAX;
    const answer = isTooLate ? WAITED_TOO_LONG : await this.#answer(message);
    this.#running -= 1;
    if (desk?.inFlight.delete(actionId)) {
      desk.answers.set(actionId, answer);
      wakeAll(desk);
    }
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
