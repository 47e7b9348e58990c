import { WaymarkError } from '@waymark/contracts';
import type { Clock } from '@waymark/ports';
import type { Measure, Tracing } from '@waymark/stream';
import type { Send } from './hand-over-desk.js';
import type { Message, SendResult } from './transport.js';

/** Who watches hand-overs. */
export interface SendWatch {
  clock: Clock;
  tracing?: Tracing | undefined;
  measure?: ((measure: Measure) => void) | undefined;
}

/**
 * Hands over, telling how long after its event a message leaves, and following it where it is followed. The clocks of two
 * machines may differ by more than that took: then it took no time.
 */
export function watchedSend(send: Send, { clock, tracing, measure }: SendWatch): Send {
  return (message) => {
    const { receivedAt } = message;
    if (measure && receivedAt !== undefined)
      measure({ what: 'event-to-action', ms: Math.max(0, clock.now() - Date.parse(receivedAt)) });
    return tracing && message.action.traceparent !== undefined ? followed(send, message, tracing) : send(message);
  };
}

async function followed(send: Send, message: Message, tracing: Tracing): Promise<SendResult> {
  const { action, channel, attempt } = message;
  const span = tracing.begin({
    name: 'deliver',
    kind: 'client',
    parent: action.traceparent,
    attributes: {
      'waymark.action_id': action.actionId,
      'waymark.channel': channel.id,
      'waymark.channel_type': channel.type,
      'waymark.attempt': attempt,
    },
  });
  try {
    const result = await send(message);
    span?.end(failureOf(result));
    return result;
  } catch (error) {
    span?.end(error);
    throw error;
  }
}

/** Why a try has failed, without the provider's words: they may name the customer. */
function failureOf(result: SendResult): WaymarkError | undefined {
  if (result.ok) return undefined;
  return new WaymarkError(result.permanent ? 'PROVIDER_REFUSED' : 'PROVIDER_UNAVAILABLE', 'it was not taken');
}
