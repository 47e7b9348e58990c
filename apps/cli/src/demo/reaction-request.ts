import { createHmac } from 'node:crypto';
import type { ServiceName } from '@waymark/contracts';
import type { Reaction } from './reactions.js';

/** A reaction as the HTTP call that tells of it, and the service that takes it. */
export interface ReactionRequest {
  service: ServiceName;
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** The call for a reaction at an instant (ISO 8601); outcomes are signed as the mail gateway signs them. */
export function reactionRequest(
  reaction: Exclude<Reaction, { type: 'call' }>,
  at: string,
  mailSecret: string,
): ReactionRequest {
  const { type, ...rest } = reaction;
  if (type !== 'outcome')
    return { service: 'personalization', path: `/v1/${type}`, body: JSON.stringify(rest), headers: {} };
  const body = JSON.stringify({ ...rest, at });
  const seconds = Math.floor(Date.parse(at) / 1000);
  const signature = createHmac('sha256', mailSecret).update(`${seconds}.${body}`).digest('hex');
  return {
    service: 'action-dispatch',
    path: '/v1/outcomes/email',
    body,
    headers: { 'waymark-signature': `t=${seconds},v1=${signature}` },
  };
}
