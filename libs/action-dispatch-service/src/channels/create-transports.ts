import type { ChannelType } from '@waymark/contracts';
import type { Clock, DispatchStore } from '@waymark/ports';
import type { ChannelTransport } from '../hand-over/transport.js';
import { EgressGuard } from './egress-guard.js';
import { InboxTransport } from './inbox.js';
import { LogTransport } from './log.js';
import type { Secrets } from './secrets.js';
import { SmtpTransport } from './smtp.js';
import { WebhookTransport } from './webhook.js';

export type Transports = Readonly<Record<ChannelType, ChannelTransport>>;

/** The real transports, one a channel type. A new channel type is a file beside these and a line here. */
export function createTransports(options: {
  store: Pick<DispatchStore, 'putInInbox'>;
  clock: Clock;
  secrets: Secrets;
  egressAllow: readonly string[];
  log: (line: object) => void;
}): Transports {
  const { store, clock, secrets, egressAllow, log } = options;
  return {
    smtp: new SmtpTransport(secrets),
    webhook: new WebhookTransport({ secrets, clock, guard: new EgressGuard(egressAllow) }),
    inbox: new InboxTransport(store, clock),
    log: new LogTransport(log),
  };
}
