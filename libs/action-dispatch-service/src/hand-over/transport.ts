import type { Channel } from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import type { Delivery } from '@waymark/ports';

/** A message with the address of the moment. */
export interface Message {
  action: Delivery['action'];
  channel: Channel;
  context: CustomerContext;
  /** From 1. */
  attempt: number;
  /** When the event came in that asked for it, ISO 8601; undefined where none did, or where it was made to wait. */
  receivedAt?: string | undefined;
}

/** What became of one try. Nothing is thrown for what a provider may answer. */
export type SendResult =
  | { ok: true }
  | {
      ok: false;
      permanent: boolean;
      reason: string;
      status?: number;
      retryAfterMs?: number;
      /** The provider may have taken it: its answer did not come. Sent again only where keys are honoured (R42). */
      uncertain?: boolean;
    };

/** One way to hand a message over. */
export interface ChannelTransport {
  send(message: Message): Promise<SendResult>;
  close(): Promise<void>;
}

/** R41: what is worth another try. */
const TRANSIENT_STATUSES = new Set([408, 425, 429]);

/** A provider's HTTP status as a result. */
export function resultOfStatus(status: number, reason: string, retryAfterMs?: number): SendResult {
  if (status >= 200 && status < 300) return { ok: true };
  const permanent = status < 500 && !TRANSIENT_STATUSES.has(status);
  return { ok: false, permanent, reason, status, retryAfterMs };
}
