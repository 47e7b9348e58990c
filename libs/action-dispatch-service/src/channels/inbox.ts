import type { Clock, DispatchStore } from '@waymark/ports';
import type { ChannelTransport, Message, SendResult } from '../hand-over/transport.js';

/** Puts the message into the customer's own inbox, which a page or an app shows her. */
export class InboxTransport implements ChannelTransport {
  readonly #store: Pick<DispatchStore, 'putInInbox'>;
  readonly #clock: Clock;

  constructor(store: Pick<DispatchStore, 'putInInbox'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async send({ action }: Message): Promise<SendResult> {
    const { subject, body, text, html } = action.content;
    const { actionId, customerId, channel } = action;
    await this.#store.putInInbox({
      actionId,
      customerId,
      channel,
      subject,
      body: body ?? text ?? html ?? '',
      at: this.#clock.now(),
    });
    return { ok: true };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
