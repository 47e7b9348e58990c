import type { ChannelTransport, Message, SendResult } from '../hand-over/transport.js';

type Say = (line: {
  actionId: string;
  customerId: string;
  channel: string;
  journeyId?: string;
  stepId?: string;
}) => void;

/** Only says that there was a message, with ids and nothing personal: for trying journeys out. */
export class LogTransport implements ChannelTransport {
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  async send({ action }: Message): Promise<SendResult> {
    const { actionId, customerId, channel, cause } = action;
    this.#say({ actionId, customerId, channel, journeyId: cause.journeyId, stepId: cause.stepId });
    return { ok: true };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
